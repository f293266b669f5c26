"""Run the scripts of this folder one after the other: all, or those named as arguments; then list which did well."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def scripts(names: list[str]) -> list[Path]:
    """Return the scripts named, or all those that run by themselves (``if __name__``), in the order of their names."""
    if names:
        return [HERE / f"{name.removesuffix('.py')}.py" for name in names]
    every = [path for path in sorted(HERE.glob("*.py")) if path != Path(__file__).resolve()]
    return [path for path in every if 'if __name__ == "__main__"' in path.read_text(encoding="utf-8")]


def main() -> int:
    """Run them; return 1 where one failed or missed its figure."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="geofm-bench-") as folder:
        # Where the large survey is built by the first that wants it.
        surroundings = {"GEOFM_BENCH_FOLDER": folder, **os.environ}
        for script in scripts(sys.argv[1:]):
            print(f"\n== {script.stem}", flush=True)
            start = time.perf_counter()
            words = [sys.executable, "-m", f"benchmarks.{script.stem}"]
            status = subprocess.run(words, cwd=HERE.parent, env=surroundings, check=False).returncode
            rows.append((script.stem, time.perf_counter() - start, status))
    print(f"\n{'script':<28}{'s':>8}  status")
    for name, taken_s, status in rows:
        print(f"{name:<28}{taken_s:>8.1f}  {'as it should' if status == 0 else f'status {status}'}")
    return int(any(status for _, _, status in rows))


if __name__ == "__main__":
    raise SystemExit(main())
