"""A folder of bare numbers that a metadata.xml describes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.errors import GeoFMError
from napari_geofm.io.opening import open_survey
from tests.io.das.recorder import noise

XML = """<?xml version="1.0" encoding="utf-8"?>
<Metadata>
 <FileFormat>RAW</FileFormat>
 <DateTime>2024-05-30T01:15:00.000000</DateTime>
 <DasInterrogatorSerial><One>A1</One></DasInterrogatorSerial>
 <GaugeLengthM>10.2</GaugeLengthM>
 <PulseWidthNs>50</PulseWidthNs>
 <DataType>float32</DataType>
 <NumberOfLasers>1</NumberOfLasers>
 <ITUChannels><One>34</One></ITUChannels>
 <OriginalTemporalSamplingRate>500</OriginalTemporalSamplingRate>
 <OutputTemporalSamplingRate>500</OutputTemporalSamplingRate>
 <OriginalSpatialSamplingInterval>2.0</OriginalSpatialSamplingInterval>
 <Units>m</Units>
 <Zones><Zone1><StartChannel>1</StartChannel><EndChannel>6</EndChannel><Stride>1</Stride>
  <NumberOfChannels>6</NumberOfChannels></Zone1></Zones>
 <NumberOfChannels>6</NumberOfChannels>
 <NumberOfFrames>500</NumberOfFrames>
 <UseRelativeStrain>false</UseRelativeStrain>
 <TransposedData>false</TransposedData>
</Metadata>
"""


def folder_of(tmp_path: Path, samples: np.ndarray, *seconds: int) -> Path:
    (tmp_path / "metadata.xml").write_text(XML)
    for number, second in enumerate(seconds):
        part = samples[:, 500 * number : 500 * (number + 1)].T
        (tmp_path / f"DAS_20240530T0115{second:02d}_000000Z.raw").write_bytes(np.ascontiguousarray(part).tobytes())
    return tmp_path


def test_it_opens_as_one_recording_with_its_gap(tmp_path: Path) -> None:
    whole = noise(6, 1500)
    survey = open_survey(folder_of(tmp_path, whole, 0, 1, 3))
    assert (survey.kind, survey.shape) == ("das", (6, 2000))
    assert survey.data.attrs["start_utc"] == "2024-05-30T01:15:00.000000000Z"
    assert survey.data.attrs["gaps"] == [[2.0, 3.0]]
    assert survey.data.attrs["gauge_length_m"] == 10.2
    assert survey.axis("distance").values.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    found = survey.read((slice(None), slice(None)))
    np.testing.assert_array_equal(found[:, :1000], whole[:, :1000])
    np.testing.assert_array_equal(found[:, 1500:], whole[:, 1000:])
    # A window over the border of two files.
    np.testing.assert_array_equal(survey.read((slice(2, 4), slice(480, 520))), whole[2:4, 480:520])


def test_one_file_of_it_opens_alone(tmp_path: Path) -> None:
    whole = noise(6, 500)
    folder_of(tmp_path, whole, 7)
    survey = open_survey(tmp_path / "DAS_20240530T011507_000000Z.raw")
    assert survey.data.attrs["start_utc"] == "2024-05-30T01:15:07.000000000Z"
    np.testing.assert_array_equal(survey.read((slice(None), slice(None))), whole)


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "metadata.xml").write_text(XML[:300]),
        lambda folder: (folder / "metadata.xml").write_text(XML.replace("<Units>m</Units>", "")),
        lambda folder: next(folder.glob("*.raw")).write_bytes(b"\x00" * 100),
        lambda folder: next(folder.glob("*.raw")).rename(folder / "other.raw"),
    ],
)
def test_damaged_ones_are_refused_in_one_line(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    harm(folder_of(tmp_path, noise(6, 500), 0))
    with pytest.raises(GeoFMError) as caught:
        open_survey(tmp_path).read((slice(None), slice(None)))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
