"""`make mutants`: one mistake at a time in each rule of access, and whether the tests notice it. Prints those
that nobody noticed, and the share as one line of JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

GOAL = 0.95


def main() -> int:
    """The whole hunt: some twenty minutes on a quiet machine. Returns 1 if too many are missed."""
    with TemporaryDirectory(prefix="kehra-mutants-") as folder:
        report = Path(folder) / "mutants.json"
        run = [sys.executable, "-m", "pytest", "tests/access/test_mutants.py", "-q", "-p", "no:randomly"]
        subprocess.run(run, env={**os.environ, "KEHRA_MUTANTS": str(report)}, check=False)
        if not report.exists():
            print("The hunt ended before it began: see above.", file=sys.stderr)
            return 1
        found = json.loads(report.read_text())
    for line in sorted(found["missed"]):
        print(f"not noticed: {line}")
    share = round(1 - len(found["missed"]) / found["tried"], 4)
    figures = {"mutants": found["tried"], "of": found["all"], "noticed_share": share}
    print(json.dumps({"bench": "mutants", "figures": figures, "goals": {"noticed_share": GOAL}}))
    return 0 if share >= GOAL and found["tried"] == found["all"] else 1


if __name__ == "__main__":
    sys.exit(main())
