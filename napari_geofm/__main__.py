"""``python -m napari_geofm``: the command line where its script is not on the path."""

import sys

from napari_geofm.cli import main

if __name__ == "__main__":
    sys.exit(main())
