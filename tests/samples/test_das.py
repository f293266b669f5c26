from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.errors import OutputError, UsageError
from napari_geofm.samples.das import DAS_CLASSES, DasSample, DasSampleSpec, make_das, write_das

SPEC = DasSampleSpec(seed=2, channels=64, samples=1200, spacing_m=20.0)


@pytest.fixture(scope="module")
def sample() -> DasSample:
    return make_das(SPEC)


def test_same_spec_same_bytes(sample: DasSample) -> None:
    again = make_das(SPEC)
    assert again.strain_rate.tobytes() == sample.strain_rate.tobytes()
    assert again.classes.tobytes() == sample.classes.tobytes()
    assert make_das(replace(SPEC, seed=3)).strain_rate.tobytes() != sample.strain_rate.tobytes()


def test_shapes_types_and_truth(sample: DasSample) -> None:
    assert sample.strain_rate.shape == sample.classes.shape == (64, 1200)
    assert sample.strain_rate.dtype == np.float32
    assert sample.classes.dtype == np.uint8
    assert np.isfinite(sample.strain_rate).all()
    assert set(np.unique(sample.classes)) == set(range(len(DAS_CLASSES)))
    assert sample.distance_m[-1] == 63 * 20.0
    assert sample.time_s[-1] == pytest.approx(11.99)
    assert 0 < sample.bad.sum() < 6
    assert not sample.classes[sample.bad].any()


def test_p_comes_before_s_and_both_are_loud(sample: DasSample) -> None:
    p, s = sample.events[:2]
    good = ~sample.bad
    assert (p.kind, s.kind) == (1, 2)
    assert np.isnan(p.onset_s[sample.bad]).all()
    assert (s.onset_s[good] > p.onset_s[good]).all()
    quiet = sample.strain_rate[(sample.classes == 0) & good[:, None]].std()
    assert sample.strain_rate[(sample.classes == 2) & good[:, None]].std() > 2 * quiet


def test_onsets_lie_where_the_truth_begins(sample: DasSample) -> None:
    s = sample.events[1]
    channel = int(np.flatnonzero(~sample.bad & (sample.classes == 2).any(axis=1))[20])
    first = int((sample.classes[channel] == 2).argmax())
    assert first / SPEC.rate_hz == pytest.approx(s.onset_s[channel], abs=1 / SPEC.rate_hz)


def test_no_events_leave_noise_only() -> None:
    sample = make_das(replace(SPEC, earthquakes=0, surface_waves=0, vehicles=0))
    assert not sample.classes.any()
    assert sample.events == ()
    assert sample.strain_rate.std() > 0


def test_dascore_reads_it(sample: DasSample, tmp_path: Path) -> None:
    import dascore

    write_das(sample, tmp_path / "r.h5")
    patch = dascore.spool(tmp_path / "r.h5")[0]
    assert patch.dims == ("distance", "time")
    np.testing.assert_array_equal(patch.data, sample.strain_rate)
    np.testing.assert_allclose(patch.get_array("distance"), sample.distance_m)
    times = patch.get_array("time")
    assert times[0] == np.datetime64(SPEC.start, "ns")
    assert times[1] - times[0] == np.timedelta64(10_000_000, "ns")
    assert patch.attrs.data_type == "strain_rate"
    with pytest.raises(OutputError):
        write_das(sample, tmp_path / "r.h5")


def test_too_small_is_refused() -> None:
    with pytest.raises(UsageError):
        make_das(replace(SPEC, channels=2))
