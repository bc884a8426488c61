"""Runs a program that cannot outlive the process that started it.

A parent that is killed with -9 cannot stop its children. The kernel can: a process may ask for
a signal at its parent's death. The request must be made after dropping privileges (a change of
user clears it) and survives exec, so this file is a short step between the parent and the
program. The signal follows the parent's *thread*: start children from the main thread.

It is run by its path, as `python -I child.py PARENT SIGNAL USER program arguments…`.
"""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import NamedTuple

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


class User(NamedTuple):
    """Whom a program runs as."""

    uid: int
    gid: int
    name: str


def tied(
    arguments: Sequence[str], *, at_death: signal.Signals = signal.SIGTERM, user: User | None = None
) -> list[str]:
    """The command line that runs `arguments` and sends it `at_death` when this process ends.

    Raises RuntimeError outside the main thread: the signal would come when that thread ends.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("Start child processes from the main thread; they die with their thread.")
    who = f"{user.uid}:{user.gid}" if user else "same"
    return [sys.executable, "-I", __file__, str(os.getpid()), str(int(at_death)), who, *arguments]


def main() -> None:
    """Take the user, ask for the signal, become the program."""
    if sys.platform != "linux":
        sys.exit("Kehrä's programs run on Linux only: they ask its kernel to end with their parent.")
    parent, at_death, who, *arguments = sys.argv[1:]
    if who != "same":
        uid, gid = who.split(":")
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(at_death), 0, 0, 0) != 0:
        sys.exit(f"prctl failed: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != int(parent):
        sys.exit("The process that asked for this one has ended already.")
    os.execv(arguments[0], arguments)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
