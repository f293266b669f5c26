"""Refuse files over 1 MiB (5 MiB in models/) and symbolic links that lead nowhere: ``check_files.py FILE...``."""

import sys
from pathlib import Path

LIMIT = 1 << 20
MODEL_LIMIT = 5 << 20


def complaint(path: Path) -> str | None:
    """Return what is wrong with one file, in a line; None where nothing is."""
    if path.is_symlink() and not path.exists():
        return f"{path} links to {path.readlink()}, which is not there; link to a file of this repository."
    limit = MODEL_LIMIT if path.parts[:1] == ("models",) else LIMIT
    size = path.stat().st_size if path.is_file() else 0
    if size > limit:
        return f"{path} has {size / (1 << 20):.1f} MiB, more than {limit >> 20}; have a script make it instead."
    return None


def main() -> int:
    """Print the complaints; return 1 where there are any."""
    complaints = [text for name in sys.argv[1:] if (text := complaint(Path(name)))]
    for text in complaints:
        print(text)
    return int(bool(complaints))


if __name__ == "__main__":
    raise SystemExit(main())
