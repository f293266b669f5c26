#!/usr/bin/env bash
# Print the first Python >= 3.11 that can make virtual environments; $PYTHON wins. Status 1 and one line where there is none.
set -euo pipefail

test_program='import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))'
for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14; do
    if command -v "$candidate" >/dev/null && "$candidate" -c "$test_program" 2>/dev/null; then
        command -v "$candidate"
        exit 0
    fi
done
echo "No Python >= 3.11 with venv was found; install one (Debian 12, Ubuntu 24.04: sudo apt-get install python3 python3-venv;" \
    "Ubuntu 22.04: sudo apt-get install python3.11 python3.11-venv) or name one: make PYTHON=/path/to/python" >&2
exit 1
