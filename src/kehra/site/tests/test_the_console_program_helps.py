"""`kehra`: its help, its messages, and what the doctor says."""

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kehra.site import processes
from kehra.site.cli import doctor, program
from kehra.site.processes import PortInUse


@pytest.fixture
def kehra(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int | str | None]:
    """Runs the program and gives its exit code."""

    def run(*arguments: str) -> int | str | None:
        monkeypatch.setattr(sys, "argv", ["kehra", *arguments])
        with pytest.raises(SystemExit) as ended:
            program.main()
        return ended.value.code

    return run


@pytest.fixture
def busy_port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(processes, "PORT_FREE_WITHIN", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def findings() -> dict[str, str]:
    """What the doctor found, with its level."""
    return {finding.what: finding.level for finding in doctor.examine()}


def test_help_lists_every_subcommand_with_one_line(
    kehra: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert kehra("--help") == 0
    told = capsys.readouterr().out
    for name in ("demo", "run", "region", "migrate", "doctor", "manage"):
        assert f"\n    {name} " in told


@pytest.mark.parametrize("name", ["demo", "run", "region", "migrate", "doctor"])
def test_every_subcommand_explains_itself(
    kehra: Callable[..., int], capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert kehra(name, "--help") == 0
    assert f"usage: kehra {name}" in capsys.readouterr().out


def test_djangos_own_commands_get_their_options(
    kehra: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert kehra("manage", "migrate", "--help") == 0
    assert "usage: kehra manage migrate" in capsys.readouterr().out


@pytest.mark.parametrize("scale", ["0", "2", "-1", "1/0", "much"])
def test_a_scale_that_makes_no_sense_is_refused(
    kehra: Callable[..., int], capsys: pytest.CaptureFixture[str], scale: str
) -> None:
    assert kehra("region", "load", f"--scale={scale}") == 2
    assert "share" in capsys.readouterr().err


def test_a_missing_setting_is_said_without_a_traceback(
    kehra: Callable[..., int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    assert kehra("migrate") == 2
    told = capsys.readouterr().err
    assert told == "DATABASE_URL is not set. See the README, 'Running it for real'.\n"


@pytest.mark.parametrize("url", ["postgresql:///kehra?host=/nowhere", "this is no address", "mysql://x"])
def test_a_database_that_does_not_answer_is_said(
    kehra: Callable[..., int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert kehra("migrate") == 2
    told = capsys.readouterr().err
    assert told.startswith("The database of DATABASE_URL does not answer")
    assert "Traceback" not in told


@pytest.mark.parametrize("arguments", [("run", "--port"), ("demo", "--port")])
def test_a_port_in_use_is_said_before_anything_starts(
    kehra: Callable[..., int], capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], busy_port: int
) -> None:
    assert kehra(*arguments, str(busy_port)) == 2
    assert f"Port {busy_port} on 127.0.0.1 cannot be used" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_a_port_that_does_not_exist_is_said(
    kehra: Callable[..., int], capsys: pytest.CaptureFixture[str], port: str
) -> None:
    assert kehra("demo", "--port", port) == 2
    assert f"There is no port {port}" in capsys.readouterr().err


def test_a_free_port_is_free(busy_port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        free = other.getsockname()[1]
    processes.check_port("127.0.0.1", free, option="--port")
    with pytest.raises(PortInUse):
        processes.check_port("127.0.0.1", busy_port, option="--port")


def test_the_doctor_says_which_setting_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///kehra")
    monkeypatch.delenv("KEHRA_SECRET_KEY")
    assert findings()["KEHRA_SECRET_KEY is not set"] == doctor.WRONG


def test_the_doctor_asks_for_no_settings_where_only_the_demo_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("KEHRA_SECRET_KEY")
    said = [level for what, level in findings().items() if what.startswith("no installation")]
    assert said == [doctor.NOTE]


def test_the_doctor_says_that_the_database_does_not_answer(
    kehra: Callable[..., int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///kehra?host=/nowhere")
    assert kehra("doctor") == 1
    told = capsys.readouterr().out
    assert "WRONG  The database of DATABASE_URL does not answer" in told
    assert "→ Start it, or mend DATABASE_URL" in told


def test_the_doctor_says_that_the_state_folder_is_no_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KEHRA_STATE", str(tmp_path / "file"))
    assert doctor._state_folder().level == doctor.WRONG


def test_the_doctor_notes_a_port_in_use(monkeypatch: pytest.MonkeyPatch, busy_port: int) -> None:
    monkeypatch.setenv("KEHRA_PORT", str(busy_port))
    assert doctor._port().level == doctor.NOTE
