import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.progress import Control, run_to_end
from napari_geofm.core.region import At
from napari_geofm.errors import AxisError, CancelledError, LabelError, UsageError
from napari_geofm.jobs.carry_specs import CarryNextSpec, CarrySpec
from napari_geofm.jobs.doubting import doubt_words
from napari_geofm.jobs.neighbours import run
from napari_geofm.samples.seismic import SeismicSampleSpec, make_seismic, write_segy
from tests.tiny import TinySurvey, write_survey

LINES = (1000, 1001, 1002, 1003, 1004)
DEAD = (2, 40)


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """Write five lines, 12.5 m apart, with one trace missing; return the file and the truth."""
    sample = make_seismic(SeismicSampleSpec(seed=3, inlines=5, inline_step=1, crosslines=96, samples=112))
    missing = np.zeros((5, 96), bool)
    missing[DEAD] = True
    file = tmp_path_factory.mktemp("lines") / "lines.sgy"
    write_segy(sample, file, missing=missing)
    return file, sample.facies


@pytest.fixture
def spec(tiny: Path, lines: tuple[Path, np.ndarray]) -> CarrySpec:
    file, facies = lines
    to = tuple(At("inline", line) for line in LINES[1:])
    # A random encoder finds neighbours less alike than DINOv2 does.
    return CarrySpec(file, At("inline", 1000), np.ascontiguousarray(facies[0].T), to, sure=0.5, least=0.3)


def test_labels_come_to_every_line_and_are_right_where_sure(
    spec: CarrySpec,
    lines: tuple[Path, np.ndarray],
) -> None:
    reports: list[str] = []
    with LocalCompute() as compute:
        found = compute.run(spec, lambda progress: reports.append(progress.text))
    assert [one.at for one in found.sections] == list(spec.to)
    assert found.stopped == ""
    assert "carrying labels to inline=1003" in reports
    for place, one in enumerate(found.sections, 1):
        truth, known = lines[1][place].T, one.classes != UNLABELLED
        assert 0.3 <= one.sure <= 1
        assert (one.classes == truth)[known].mean() > 0.97
        assert (one.confidence[known] >= spec.sure).all()
    dead = found.sections[DEAD[0] - 1]
    assert (dead.classes[:, DEAD[1]] == UNLABELLED).all()
    assert np.isnan(dead.confidence[:, DEAD[1]]).all()


def test_it_goes_back_and_over_lines_too(spec: CarrySpec) -> None:
    back = replace(spec, source=At("inline", 1004), to=(At("inline", 1002), At("inline", 1000)))
    assert [one.at.value for one in run_to_end(run(back, Control())).sections] == [1002, 1000]


def test_one_goes_on_from_where_one_has_come(spec: CarrySpec, monkeypatch: pytest.MonkeyPatch) -> None:
    from napari_geofm.nets.carrying import Carrying

    straight = run_to_end(run(replace(spec, to=spec.to[:3]), Control())).sections[-1]
    steps: list[object] = []
    onto = Carrying.onto
    monkeypatch.setattr(Carrying, "onto", lambda self, *words: steps.append(self) or onto(self, *words))
    run_to_end(run(replace(spec, through=spec.to[:1], to=spec.to[1:2]), Control()))
    (last,) = run_to_end(run(replace(spec, through=spec.to[:2], to=spec.to[2:3]), Control())).sections
    np.testing.assert_array_equal(last.classes, straight.classes)
    np.testing.assert_array_equal(last.confidence, straight.confidence)
    # The first had to pass a section, the second found where that one had come to.
    assert len(steps) == 3


def test_strokes_alone_are_carried(spec: CarrySpec) -> None:
    strokes = np.full_like(spec.labels, UNLABELLED)
    strokes[30:33, 20:60] = 1
    found = run_to_end(run(replace(spec, labels=strokes, to=spec.to[:1], sure=0.0), Control()))
    (one,) = found.sections
    assert set(np.unique(one.classes)) == {1, UNLABELLED}
    assert one.sure == 1
    assert np.isnan(one.confidence).sum() == (one.classes == UNLABELLED).sum()


def test_it_stops_before_the_first_section_that_is_unsure_and_says_where(spec: CarrySpec) -> None:
    found = run_to_end(run(replace(spec, sure=0.999), Control()))
    assert found.sections == ()
    assert found.stopped.startswith("Stopped before inline 1001, ")
    assert "Most doubtful is crosslines 20" in found.stopped
    assert " s: " in found.stopped
    assert "=" not in found.stopped


def test_a_stop_keeps_what_there_is_and_a_cancel_nothing(spec: CarrySpec) -> None:
    control = Control()
    job = run(spec, control)
    for progress in job:
        if progress.done == 1:
            break
    control.stop()
    result = run_to_end(job)
    assert [one.at.value for one in result.sections] == [1001, 1002]
    assert result.stopped == "Stopped before inline 1003, as was asked."
    control.cancel()
    with pytest.raises(CancelledError):
        run_to_end(run(spec, control))


def test_the_next_section_is_a_view_beside_a_training() -> None:
    assert CarrySpec.lane == "job"
    assert CarryNextSpec.lane == "view"
    assert CarryNextSpec.body == CarrySpec.body


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"source": At("twt", 40.0)}, UsageError, "twt 40.0: labels are carried along inline or crossline"),
        ({"to": (At("crossline", 2001),)}, UsageError, "crossline 2001.0 is no neighbour of inline 1000"),
        ({"to": (At("inline", 1000),)}, UsageError, "is no neighbour of"),
        ({"to": (At("inline", 1077),)}, AxisError, "1077"),
        ({"to": ()}, UsageError, "No section to carry"),
        ({"sure": 1.5}, UsageError, "sure 1.5: must lie between 0 and 1"),
        ({"labels": np.zeros((3, 3), np.uint8)}, LabelError, "(3, 3)"),
        ({"labels": np.full((112, 96), UNLABELLED, np.uint8)}, LabelError, "Nothing is labelled on inline 1000"),
    ],
)
def test_what_cannot_be(spec: CarrySpec, change: dict[str, object], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as told:
        run_to_end(run(replace(spec, **change), Control()))  # type: ignore[arg-type]
    assert words.replace(".0", "") in str(told.value).replace(".0", "")


def test_a_line_has_no_neighbours(tiny: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", np.zeros((40, 60), np.float32))
    one = CarrySpec(tmp_path / "one.npy", At("inline", 1), np.zeros((40, 60), np.uint8), (At("inline", 2),))
    with pytest.raises(UsageError, match="is no volume of lines"):
        run_to_end(run(one, Control()))


@pytest.mark.parametrize(
    ("lost", "why"),
    [
        ((0.0, 0.95, 0.5, 3.0), "the reflectors there are unlike those of inline 1000"),
        ((0.8, 0.5, 0.5, 3.0), "to the network the rock there looks unlike"),
        ((0.8, 0.95, 4.5, 3.0), "in more than one way, as beside a fault"),
        ((0.8, 0.95, 0.5, 0.5), "boundaries of the classes there lie too close together"),
    ],
)
def test_doubt_is_told_in_words(tmp_path: Path, lost: tuple[float, ...], why: str) -> None:
    survey: TinySurvey = write_survey(tmp_path)
    from napari_geofm.io.opening import open_survey

    section = open_survey(survey.file).section(At("inline", 1010))
    unsure = np.zeros(section.shape, bool)
    unsure[20:60, 30:70] = True
    evidence = np.broadcast_to(np.array((0.8, 0.95, 0.5, 3.0))[:, None, None], (4, *section.shape)).copy()
    evidence[:, unsure] = np.array(lost)[:, None]
    words = doubt_words(At("inline", 1000), section, unsure, np.ones_like(unsure), evidence.astype(np.float32))
    assert words.startswith("Stopped before inline 1010, 17% of which is unsure. Most doubtful is crosslines 20")
    first, last = (float(word) for word in re.findall(r"([0-9.]+) to ([0-9.]+) s", words)[0])
    assert 0.08 <= first < last <= 0.24, "within the doubtful rows"
    assert why in words
