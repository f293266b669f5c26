"""Whether there is a screen, and a virtual one where there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from napari_geofm.errors import JobError

__all__ = ["has_screen", "in_virtual_screen", "virtual_screen"]

SCREEN = "1600x1000x24"


def has_screen() -> bool:
    """Return whether windows can be shown."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def virtual_screen() -> str | None:
    """Return the program that makes a virtual screen (Xvfb's xvfb-run), None where it is not installed."""
    return shutil.which("xvfb-run") if shutil.which("Xvfb") and shutil.which("xauth") else None


def in_virtual_screen(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Run this Python with ``arguments`` in a virtual screen of its own; return what it printed.

    Parameters
    ----------
    arguments
        As after ``python``.
    environment
        Variables that differ from this process's.

    Raises
    ------
    JobError
        When it fails; its own words are on stderr by then.
    """
    tool = virtual_screen()
    if tool is None:
        raise JobError("There is no virtual screen (Xvfb) here; install the packages xvfb and xauth")
    outside = {key: value for key, value in os.environ.items() if key not in {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY"}}
    # -nolisten tcp: nobody but this user's programs, which hold the cookie, reaches the screen.
    command = [tool, "-a", "-s", f"-screen 0 {SCREEN} -nolisten tcp", sys.executable, *arguments]
    ended = subprocess.run(command, env={**outside, **environment}, stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        raise JobError(f"The window ended with status {ended.returncode}; the lines above say why")
    return ended.stdout
