"""Write the hashes of a shipped model's files into its ``about.toml``, after its card or picture was changed.

Run: ``python -m tools.seal_model models/craters-1``.
"""

import argparse
import tomllib
from pathlib import Path

from napari_geofm.io.zoo import ABOUT, hashes


def seal(folder: Path) -> None:
    """Write the hashes of a model's files; what else its ``about.toml`` says stays."""
    import tomli_w

    file = folder / ABOUT
    plain = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    plain["sha256"] = list(hashes(folder))
    file.write_text(tomli_w.dumps(plain), encoding="utf-8")


def main() -> None:
    """Seal the folders that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    for folder in parser.parse_args().folders:
        seal(folder)
        print(f"{folder}: sealed")


if __name__ == "__main__":
    main()
