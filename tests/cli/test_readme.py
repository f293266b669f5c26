"""The README's commands do what they say, in their order."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Geofm
from tests.tiny import TinySurvey

README = Path(__file__).resolve().parents[2] / "README.md"


def commands() -> list[str]:
    """Return the ``geofm`` lines of the README's shell blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("geofm ")]


def test_the_commands_of_the_readme_run(
    geofm: Geofm, tiny: Path, survey: TinySurvey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(survey.file, "survey.sgy")
    shutil.copy(survey.strokes, "labels.npy")
    shutil.copy(survey.truth, "truth.npy")
    lines = commands()
    assert len(lines) >= 5
    inline = int(survey.sample.inlines[1])
    for line in lines:
        # The tiny survey has other numbers, and a test has no minutes.
        told = line.replace("inline=1080", f"inline={inline}").replace("--minutes 3", "--minutes 0.01")
        ran = geofm(*shlex.split(told.partition("#")[0])[1:], "--quiet")
        assert (ran.status, ran.err) == (0, ""), line
    for name in ("section.png", "map.png", "my-model/recipe.toml", "facies.sgy"):
        assert (tmp_path / name).is_file(), name
