from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tiny import TinySurvey, quick, taught, tiny_dino, write_survey


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Put a tiny encoder in the place of DINOv2 for a module's tests; the file of its weights."""
    with tiny_dino(tmp_path_factory.mktemp("dino")) as weights:
        yield weights


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> TinySurvey:
    return write_survey(tmp_path_factory.mktemp("survey"))


@pytest.fixture(scope="module")
def probe(tiny: Path, survey: TinySurvey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a probe."""
    return taught(survey, tmp_path_factory.mktemp("models") / "probe").output


@pytest.fixture(scope="module")
def lora(tiny: Path, survey: TinySurvey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a LoRA model."""
    return taught(survey, tmp_path_factory.mktemp("models") / "lora", quick("lora", "pup")).output
