import contextlib
import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from napari_geofm.cli import main
from tests.jobs.conftest import lora, probe, survey, tiny

__all__ = ["Geofm", "Ran", "Untouched", "lora", "probe", "survey", "tiny"]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of the command line left: its exit status and what it printed."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What ``--json`` printed: alone on stdout, with nothing on stderr."""
        assert (self.status, self.err) == (0, ""), self.err
        return json.loads(self.out)

    @property
    def line(self) -> str:
        """The one line of an error."""
        assert self.status != 0, self.out
        assert self.out == ""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert self.err.endswith("\n")
        assert lines[0].startswith("geofm: ")
        assert "Traceback" not in lines[0]
        return lines[0]


Geofm = Callable[..., Ran]
Untouched = Callable[[], list[str]]


@pytest.fixture(autouse=True)
def logs_again() -> Iterator[None]:
    """Have logs be heard again, which a command hushes until its process ends."""
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def geofm(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Geofm]:
    """Return a function that runs the command line in this process."""
    before = dict(os.environ)

    def run(*words: object) -> Ran:
        capsys.readouterr()
        status: Any = 0
        try:
            status = main([str(word) for word in words])
        except SystemExit as end:
            status = end.code
        printed = capsys.readouterr()
        return Ran(int(status or 0), printed.out, printed.err)

    yield run
    for name in set(os.environ) - set(before):
        with contextlib.suppress(KeyError):
            del os.environ[name]


@pytest.fixture
def untouched(tmp_path: Path) -> Untouched:
    """Return a function that lists what lies in the test's folder, hidden files included."""
    return lambda: sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
