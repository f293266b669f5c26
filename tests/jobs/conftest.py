import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.jobs.specs import SourceSpec
from tests.jobs.two_surveys import Two
from tests.tiny import TinySurvey, left_beside, quick, segmented, taught, tiny_dino, write_survey


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


@pytest.fixture(scope="module")
def whole(survey: TinySurvey, probe: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the probe's classes, confidence and probabilities of the whole survey."""
    folder = tmp_path_factory.mktemp("whole")
    found = segmented(
        survey, probe, folder / "classes.npy", confidence=folder / "conf.npy", probabilities=folder / "prob.npy"
    )
    assert (found.blocks_total, found.blocks_done, found.blocks_kept, found.blocks_redone) == (6, 6, 0, 6)
    assert left_beside(found.output) == []
    return folder


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Two:
    folder = tmp_path_factory.mktemp("surveys")
    return Two(write_survey(folder / "first"), write_survey(folder / "other", seed=11))


@pytest.fixture
def two(written: Two, tmp_path: Path) -> Two:
    """Return copies of both that a test may spoil."""
    made = []
    for each in (written.first, written.other):
        # As old as the original, so that what was encoded of that serves the copy.
        folder = shutil.copytree(each.file.parent, tmp_path / each.file.parent.name)
        paths = (folder / path.name for path in (each.file, each.strokes, each.truth))
        made.append(TinySurvey(each.sample, *paths))
    return Two(*made)


@pytest.fixture(scope="module")
def once(survey: TinySurvey, tmp_path_factory: pytest.TempPathFactory) -> tuple[SourceSpec, ...]:
    """Return labels of one stroke per class on one inline: none can be held out."""
    labels = np.full((6, 96, 96), 255, np.uint8)
    for number in range(3):
        labels[1, 20 * number : 20 * number + 18, 20 + 25 * number] = number
    path = tmp_path_factory.mktemp("once") / "labels.npy"
    np.save(path, labels)
    return (SourceSpec(survey.file, path),)
