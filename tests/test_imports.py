"""What is loaded when: big libraries late, torch in ``nets`` only, Qt in ``gui`` only; asked of a fresh Python."""

import json
import subprocess
import sys

import pytest

TORCH = frozenset({"torch", "torchvision", "timm", "peft", "transformers"})
QT = frozenset({"qtpy", "PyQt6", "PySide6", "superqt", "magicgui", "napari", "vispy"})
BIG = frozenset(
    {"xarray", "dask", "distributed", "sklearn", "dascore", "rasterio", "zarr", "matplotlib", "pandas", "onnx"}
)

# Modules that subclass what a big library offers, and are therefore imported late themselves, as a whole.
LATE = frozenset({"napari_geofm.io.segy.array"})

# Imports every module of a room, and says which of the watched libraries each of them brought in first.
WALK = """
import importlib, json, pkgutil, sys
room, watched, late = sys.argv[1], sys.argv[2].split(","), sys.argv[3].split(",")
blamed, names, queue = {}, [], [room]
while queue:
    queue.sort(key=lambda name: name in late)  # else what they bring in could hide what another module does
    name = queue.pop(0)
    before = set(sys.modules)
    module = importlib.import_module(name)
    names.append(name)
    brought = sorted(set(watched) & (set(sys.modules) - before))
    if brought:
        blamed[name] = brought
    queue += [f"{name}.{found.name}" for found in pkgutil.iter_modules(getattr(module, "__path__", []))]
print(json.dumps({"names": names, "blamed": blamed}))
"""

IMPORT = """
import json, sys
import napari_geofm
print(json.dumps({"loaded": sorted(set(sys.argv[1].split(",")) & set(sys.modules))}))
"""

HELP = """
import contextlib, io, json, sys
from napari_geofm.cli import main
with contextlib.redirect_stdout(io.StringIO()) as text, contextlib.suppress(SystemExit):
    main(sys.argv[2:])
print(json.dumps({"text": text.getvalue(), "loaded": sorted(set(sys.argv[1].split(",")) & set(sys.modules))}))
"""


def _python(program: str, *arguments: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(answer, dict)
    return answer


def _walk(room: str, watched: frozenset[str]) -> dict[str, object]:
    return _python(WALK, room, ",".join(sorted(watched)), ",".join(sorted(LATE)))


def test_importing_the_package_loads_nothing_big() -> None:
    assert _python(IMPORT, ",".join(sorted(TORCH | QT | BIG | {"numpy", "scipy"})))["loaded"] == []


@pytest.mark.parametrize("words", [("--help",), ("segment", "--help")])
def test_help_loads_nothing_big(words: tuple[str, ...]) -> None:
    answer = _python(HELP, ",".join(sorted(TORCH | QT | BIG)), *words)
    assert "geofm" in str(answer["text"])
    assert answer["loaded"] == []


@pytest.mark.parametrize("room", ["errors", "core", "io", "samples", "jobs", "compute", "cli"])
def test_room_loads_late(room: str) -> None:
    """Each module of the room can be imported, and none brings in torch, Qt or a big library at its top."""
    answer = _walk(f"napari_geofm.{room}", TORCH | QT | BIG)
    blamed = answer["blamed"]
    assert isinstance(blamed, dict)
    assert {name: brought for name, brought in blamed.items() if name not in LATE} == {}


def test_networks_know_neither_windows_nor_survey_files() -> None:
    """That the walk finds torch here shows that it would find it elsewhere."""
    blamed = str(_walk("napari_geofm.nets", QT | TORCH | {"segyio", "dascore", "rasterio"})["blamed"])
    assert "'torch'" in blamed
    assert [name for name in sorted(QT | {"segyio", "dascore", "rasterio"}) if f"'{name}'" in blamed] == []
