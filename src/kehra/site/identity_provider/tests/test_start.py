"""The program starts with a good cast file, and says what is wrong with anything else."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kehra.site.identity_provider.cast import CastError, read

ABOUT = {"fi": "Äiti.", "sv": "Mamma.", "en": "A mother."}
AINO = {"sub": "cast-aino", "name": "Aino", "group": "residents", "about": ABOUT}


def _file(folder: Path, rows: object) -> Path:
    path = folder / "cast.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def _start(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "kehra.site.identity_provider", *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )


def test_the_cast_is_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    cast = read(_file(tmp_path, [AINO, AINO | {"sub": "cast-b", "group": "partners"}]))
    assert list(cast) == ["cast-aino", "cast-b"]
    assert cast["cast-aino"].about["sv"] == "Mamma."


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "at least one person"),
        ({"cast": []}, "at least one person"),
        (["Aino"], "person 1: must be an object"),
        ([AINO, AINO], "person 2: sub 'cast-aino' is given twice"),
        ([AINO | {"group": "kings"}], "group must be one of residents"),
        ([AINO | {"name": ""}], "name must be a text"),
        ([AINO | {"sub": 7}], "sub must be a text"),
        ([AINO | {"about": {"fi": "Äiti."}}], "a line in each of fi, sv, en"),
    ],
)
def test_a_broken_cast_file_says_which_person_and_what_is_wrong(
    tmp_path: Path, rows: object, message: str
) -> None:
    with pytest.raises(CastError, match=message):
        read(_file(tmp_path, rows))


def test_a_missing_or_unreadable_cast_file_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(CastError, match="cannot be read"):
        read(tmp_path / "nothing.json")
    (tmp_path / "broken.json").write_bytes(b"[\xff]")
    with pytest.raises(CastError, match="not JSON in UTF-8"):
        read(tmp_path / "broken.json")


def test_the_program_starts_and_ends_when_told(tmp_path: Path) -> None:
    with _start("--port", "0", "--cast", str(_file(tmp_path, [AINO]))) as program:
        assert program.stdout is not None
        assert "1 people to choose from" in program.stdout.readline()
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=10) == 0


def test_a_taken_port_is_told_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with _start("--port", port, "--cast", str(_file(tmp_path, [AINO]))) as program:
            _, error = program.communicate(timeout=10)
    assert program.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}: another program uses the port." in error
    assert "Traceback" not in error
