"""Tunings that are shipped are found by name."""

import pytest

from napari_geofm.errors import ModelError
from napari_geofm.io.tunings import find_tuning, tuning_for, tuning_names


def test_the_one_of_a_kind_of_data_is_there() -> None:
    name = tuning_for("seismic", "vit_small_patch14_dinov2.lvd142m")
    assert name in tuning_names()
    found = find_tuning(name)
    assert found.path.parent.name == name
    assert len(found.sha256) == 64
    assert (found.path.parent / "card.md").is_file()


@pytest.mark.parametrize(
    ("kind", "encoder"), [("das", "vit_small_patch14_dinov2"), ("seismic", "vit_base_patch14_dinov2"), ("", "")]
)
def test_other_data_and_encoders_have_none(kind: str, encoder: str) -> None:
    assert tuning_for(kind, encoder) == ""


@pytest.mark.parametrize("name", ["seismic-0", "../recipes", ""])
def test_an_unknown_one_is_refused_with_those_that_there_are(name: str) -> None:
    with pytest.raises(ModelError, match=r"is not there; there are: .*seismic-1"):
        find_tuning(name)
