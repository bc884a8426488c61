"""`kehra demo` as a newcomer starts it, with a county as small as can be."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kehra.serve.records.rules.declaration import parse
from kehra.site import processes
from kehra.site.cli.demo import declare_records
from kehra.site.patient_system.__main__ import SECRET
from kehra.site.postgres import places


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="kehra-test-", dir="/tmp") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def demo(folder: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a demo; what is still running afterwards is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "kehra.site.cli.program", "demo", "--scale", "1/1000", *options],
                env={**os.environ, "KEHRA_STATE": str(folder)},
                stderr=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                text=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def told_until(process: subprocess.Popen[str], words: str) -> str:
    """What the demo says until it says `words`."""
    told = ""
    assert process.stderr is not None
    for line in process.stderr:
        told += line
        if words in line:
            return told
    raise AssertionError(f"the demo ended without saying {words!r}:\n{told}")


def test_it_serves_pages_until_told_to_stop_and_later_begins_anew_if_the_county_has_changed(
    demo: Callable[..., subprocess.Popen[str]], folder: Path
) -> None:
    port = free_port()
    process = demo("--port", str(port))
    assert f"Kehrä on auki osoitteessa http://127.0.0.1:{port}" in told_until(process, "Ctrl+C to stop")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/about/") as page:
        assert page.status == 200
    assert (folder / "demo" / "secret-key").stat().st_mode & 0o777 == 0o600

    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    assert places.processes(folder / "demo" / "data") == []

    (folder / "demo" / "loaded").write_text("another county")
    again = demo("--port", str(port))
    assert "Making the database anew: this county" in told_until(again, "Ctrl+C to stop")

    again.kill()
    again.wait()
    end = time.monotonic() + 10
    while places.processes(folder / "demo" / "data") or processes.answers("127.0.0.1", port):
        assert time.monotonic() < end, "something has outlived the demo"
        time.sleep(0.05)


def test_the_patient_system_beside_is_declared_with_its_address_and_the_secret_that_it_knows(
    tmp_path: Path,
) -> None:
    declared = parse(declare_records(tmp_path / "records.toml", 9000).read_text(encoding="utf-8"))
    system = declared.systems["patients"]
    assert (system.opens, system.takes) == ("http://127.0.0.1:9002/launch", "http://127.0.0.1:9002/fhir")
    assert system.secret == SECRET
