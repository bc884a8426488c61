"""The programs of one installation: started together, watched, and stopped together."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kehra.site.environment import SettingError
from kehra.site.postgres.child import tied

# Seconds.
LOOK_EVERY = 0.2
STOPPED_WITHIN = 7.0
PORT_FREE_WITHIN = 6.0  # What outlives a kill of its parent for a moment may still have the port.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_AFTER = 60.0


class PortInUse(SettingError):
    """Another program listens where we should; the message says which port and what to do."""


def check_port(host: str, port: int, *, option: str) -> None:
    """Raises PortInUse if nothing can listen at `port`; `option` is what chooses another."""
    if not 1 <= port <= 65535:
        raise PortInUse(f"There is no port {port}: choose one from 1 to 65535 with {option}.")
    end = time.monotonic() + PORT_FREE_WITHIN
    while error := _in_the_way(host, port):
        if error.errno != errno.EADDRINUSE or time.monotonic() > end:
            raise PortInUse(
                f"Port {port} on {host} cannot be used: {error.strerror}. "
                f"Stop the program that uses it, or choose another port with {option}."
            )
        time.sleep(LOOK_EVERY)


def answers(host: str, port: int) -> bool:
    """Whether something listens there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


@dataclass
class Program:
    """One program that should always run."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    pause: float = FIRST_PAUSE
    started: float = 0.0
    start_at: float = 0.0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """In a session of its own: Ctrl-C reaches us alone, and its own children can be found."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            tied(self.arguments), env=dict(self.environment), stdin=subprocess.DEVNULL, start_new_session=True
        )

    def terminate(self) -> None:
        """Asks the program alone: it tells what it has started, and a second word would confuse them."""
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """Ends it and all that it has started, also after its own end."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def exit_code(self) -> int | None:
        """None while it runs, and before it has been started."""
        return self.process.poll() if self.process else None


@dataclass
class Watch:
    """Keeps programs running until told to stop. Use it in the main thread (child.py)."""

    programs: Sequence[Program]
    say: Callable[[str], None]
    meanwhile: Callable[[], None] = lambda: None
    _stopping: bool = field(default=False, init=False)

    def run(self) -> None:
        """Returns after SIGINT or SIGTERM, when everything has stopped: within ten seconds."""
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            while not self._stopping:
                for program in self.programs:
                    self._look_at(program)
                self.meanwhile()
                time.sleep(LOOK_EVERY)
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _look_at(self, program: Program) -> None:
        """Starts it when its time has come; after an end, plans the next start."""
        now = time.monotonic()
        if (code := program.exit_code()) is not None:
            program.kill()  # What it has left behind may hold its port.
            program.process = None
            program.pause = FIRST_PAUSE if now - program.started > STEADY_AFTER else program.pause
            program.start_at = now + program.pause
            self.say(f"{program.name} has ended ({_told(code)}); starting it again in {program.pause:.0f} s.")
            program.pause = min(program.pause * 2, LONGEST_PAUSE)
        elif program.process is None and now >= program.start_at:
            program.start()

    def _stop_all(self) -> None:
        end = time.monotonic() + STOPPED_WITHIN
        for program in self.programs:
            program.terminate()
        for program in self.programs:
            if program.process is not None:
                try:
                    program.process.wait(max(0.0, end - time.monotonic()))
                except subprocess.TimeoutExpired:
                    self.say(f"{program.name} did not stop in {STOPPED_WITHIN:.0f} s and is killed.")
                program.kill()
                program.process.wait()


def web(environment: Mapping[str, str], *, host: str, port: int, workers: int) -> Program:
    """The web server."""
    arguments = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "4", "--workers-kill-timeout", "5"),
        # One of its processes that dies is replaced while the others serve.
        *("--respawn-failed-workers", "--respawn-interval", "1"),
        *("--log-level", "warning", "kehra.site.wsgi:application"),
    ]
    return Program("The web server", arguments, environment)


def worker(environment: Mapping[str, str]) -> Program:
    """The background jobs."""
    return Program("The job worker", [sys.executable, "-m", "django", "procrastinate", "worker"], environment)


def sealer(environment: Mapping[str, str]) -> Program:
    """What seals the logs; in its environment it has a database role of its own, and no other."""
    return Program("The sealer", [sys.executable, "-m", "kehra.site.sealing"], environment)


def identity_provider(environment: Mapping[str, str], *, port: int, cast: Path, public_url: str) -> Program:
    """The demo's own sign-in, which lists the people in the file `cast`."""
    arguments = [
        *(sys.executable, "-m", "kehra.site.identity_provider", "--port", str(port), "--cast", str(cast)),
        *("--client-redirect", f"{public_url}/oidc/callback/"),
    ]
    return Program("The sign-in service", arguments, environment)


def patient_system(environment: Mapping[str, str], *, port: int, folder: Path, kehra: str) -> Program:
    """The demo's stand-in for the patient record system beside Kehrä."""
    arguments = [
        *(sys.executable, "-m", "kehra.site.patient_system", "--port", str(port)),
        *("--folder", str(folder), "--kehra", kehra),
    ]
    return Program("The patient record system", arguments, environment)


def _in_the_way(host: str, port: int) -> OSError | None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def _told(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
