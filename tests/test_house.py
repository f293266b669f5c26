"""The house's own rules, where no linter knows them."""

import ast
import importlib.metadata
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import napari_geofm
from tests.conftest import REPOSITORY

PACKAGE = REPOSITORY / "napari_geofm"
MODULES = sorted(PACKAGE.rglob("*.py"))
MODULE_LINES = 300
# "About 40": a numpydoc docstring does not count.
FUNCTION_LINES = 45


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first, *rest = function.body
    if ast.get_docstring(function) is not None:
        if not rest:
            return 0
        first = rest[0]
    return (function.end_lineno or first.lineno) - first.lineno + 1


def test_modules_are_short() -> None:
    lines = {str(path.relative_to(REPOSITORY)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert lines, "no module was found"
    assert {name: n for name, n in lines.items() if n >= MODULE_LINES} == {}


def test_functions_are_short() -> None:
    long = {
        f"{path.relative_to(REPOSITORY)}:{function.lineno} {function.name}": n
        for path in MODULES
        for function in _functions(path)
        if (n := _body_lines(function)) > FUNCTION_LINES
    }
    assert long == {}


def test_there_is_no_room_for_odds_and_ends() -> None:
    named = [path for path in PACKAGE.rglob("*") if re.fullmatch(r"_?(utils?|helpers?|misc|common)", path.stem)]
    assert named == []


def test_each_error_says_when_and_is_a_builtin_error_too() -> None:
    from napari_geofm import errors

    for name in errors.__all__:
        kind = getattr(errors, name)
        assert (kind.__doc__ or "").startswith("Raised "), name
        # A cancelled job is no error of Python's either: the user meant it.
        if kind not in {errors.GeoFMError, errors.CancelledError}:
            builtin = [base for base in kind.__mro__ if base.__module__ == "builtins"]
            assert set(builtin) - {Exception, BaseException, object}, name


def test_version_is_one() -> None:
    assert importlib.metadata.version("napari-geofm") == napari_geofm.__version__
    citation = (REPOSITORY / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {napari_geofm.__version__}\n" in citation


def test_manifest_names_the_distribution() -> None:
    from npe2 import PluginManifest

    manifest = PluginManifest.from_distribution("napari-geofm")
    assert manifest.name == "napari-geofm"
    assert (REPOSITORY / "napari.yaml").read_text(encoding="utf-8") == (PACKAGE / "napari.yaml").read_text(
        encoding="utf-8"
    )
    for command in manifest.contributions.commands or []:
        assert command.id.startswith("napari-geofm.")
        assert command.python_name, command.id


def test_no_tracked_file_is_large() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a clone: git lists no files")
    sizes = {
        name: (REPOSITORY / name).stat().st_size
        for name in listed.stdout.split("\0")
        if name and (REPOSITORY / name).exists()
    }
    assert {
        name: size for name, size in sizes.items() if size > (5 << 20 if name.startswith("models/") else 1 << 20)
    } == {}
