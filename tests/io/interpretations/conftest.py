"""A rotated volume with coordinates, one without, and a 2-D line."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.survey import Survey
from napari_geofm.io.opening import open_survey
from napari_geofm.samples.seismic import SeismicSampleSpec, make_seismic, write_segy
from tests.io.segy.build import write_line


@pytest.fixture(scope="session")
def cube(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """Return 9 inlines x 13 crosslines x 60 samples with X and Y, rotated."""
    sample = make_seismic(SeismicSampleSpec(seed=1, inlines=9, crosslines=13, samples=60))
    file = tmp_path_factory.mktemp("cube") / "cube.sgy"
    write_segy(sample, file)
    survey = open_survey(file)
    assert survey.kind == "seismic-3d"
    assert getattr(survey.template, "affine", None) is not None
    return survey


@pytest.fixture
def plain(tmp_path: Path) -> Survey:
    """Return a volume without coordinates, times in samples."""
    np.save(tmp_path / "plain.npy", np.zeros((5, 7, 11), np.float32))
    return open_survey(tmp_path / "plain.npy")


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """Return a 2-D line of 40 traces from CDP 101 on, with shot points and coordinates."""
    survey = open_survey(write_line(tmp_path_factory.mktemp("line") / "L07.sgy"))
    assert survey.kind == "seismic-2d"
    return survey
