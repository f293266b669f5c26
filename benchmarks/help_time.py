"""Time of ``geofm --help`` against a bare Python, best of five, and which big libraries it loads.

Aim: at most 0.5 s, and none of the watched libraries. Status 1 where that is missed.
"""

import subprocess
import sys
import time
from pathlib import Path

WATCHED = ("torch", "timm", "qtpy", "PyQt6", "napari", "xarray", "dask", "sklearn", "dascore")
LIMIT_S = 0.5
REPEATS = 5


def seconds(command: list[str]) -> float:
    """Return the wall time of one run of a command."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def loaded(script: Path) -> list[str]:
    """Return the watched libraries that ``-X importtime`` names in a run of ``geofm --help``."""
    command = [sys.executable, "-X", "importtime", str(script), "--help"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    tops = {
        line.rpartition("|")[2].strip().partition(".")[0]
        for line in report.splitlines()
        if line.startswith("import time:")
    }
    return [name for name in WATCHED if name in tops]


def main() -> int:
    """Print the table."""
    script = Path(sys.executable).with_name("geofm")
    bare = [sys.executable, "-c", "pass"]
    # Interleaved, so that a busy moment hits both alike.
    pairs = [(seconds([str(script), "--help"]), seconds(bare)) for _ in range(REPEATS)]
    help_s, bare_s = (min(column) for column in zip(*pairs, strict=True))
    found = loaded(script)
    print(f"{'run':<16}{'best of 5, s':>14}{'ratio':>8}")
    print(f"{'python -c pass':<16}{bare_s:>14.3f}{1:>8.1f}")
    print(f"{'geofm --help':<16}{help_s:>14.3f}{help_s / bare_s:>8.1f}")
    print(f"at most {LIMIT_S} s: {'yes' if help_s <= LIMIT_S else 'NO'}")
    print(f"loaded of {', '.join(WATCHED)}: {', '.join(found) or 'none'}")
    return int(help_s > LIMIT_S or bool(found))


if __name__ == "__main__":
    raise SystemExit(main())
