"""The sealer as a process of its own: `python -m kehra.site.sealing`, started by `kehra run`, `kehra demo`
or a service of its own (`kehra audit seal`)."""

import signal
import sys
import threading

from kehra.site import environment
from kehra.site.environment import SettingError
from kehra.site.paths import seals_folder
from kehra.site.sealing import sealer


def main() -> None:
    """Runs until told to end. The look under way is finished first."""
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    every = environment.number("KEHRA_SEAL_EVERY", 3)
    try:
        url = environment.text("KEHRA_SEAL_DATABASE_URL")
        sealer.run(url, seals_folder(), every=every, pause=ending.wait)
    except SettingError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
