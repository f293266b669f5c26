"""The same spec gives the same result in this process and in the worker, however its arrays travel."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.compute.worker_compute import WorkerCompute
from napari_geofm.errors import JobError
from tests.compute.lookout import LONG, segments
from tests.compute.toys import UNDER, Arrays, Odd, Train, View

if TYPE_CHECKING:
    from napari_geofm.compute.base import Compute
    from napari_geofm.core.progress import Progress


def assert_equal(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert one.keys() == other.keys()
    for name, value in one.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(value, other[name], strict=True)
            assert value.flags.f_contiguous == other[name].flags.f_contiguous, name
            assert value.flags.writeable == other[name].flags.writeable, name
        else:
            assert value == other[name]


@pytest.mark.parametrize("size", [1000, 20_000, 500_000])
def test_arrays_are_the_same_bit_for_bit(compute: WorkerCompute, size: int) -> None:
    spec = Arrays(np.arange(size, dtype=np.float32), size)
    here, there = LocalCompute(bodies_under=UNDER).run(spec), compute.run(spec)
    assert_equal(here, there)
    assert there["large"] is there["again"]
    there["large"][0] = 5  # its own memory
    assert segments() == []


def test_arrays_are_the_same_without_shared_memory(compute: WorkerCompute, monkeypatch: pytest.MonkeyPatch) -> None:
    from napari_geofm.compute.segments import Segments

    def no_room(self: Segments, parts: object) -> int:
        raise OSError("No space left on device")

    monkeypatch.setattr(Segments, "put", no_room)  # on the way there; the way back has room
    spec = Arrays(np.arange(3_000_000, dtype=np.float32), 1000)
    assert_equal(LocalCompute(bodies_under=UNDER).run(spec), compute.run(spec, None))


def test_progress_and_result_are_the_same(compute: WorkerCompute) -> None:
    heard: list[list[Progress]] = []
    places: list[Compute] = [LocalCompute(bodies_under=UNDER), compute]
    for place in places:
        reports: list[Progress] = []
        assert place.run(Train(5), reports.append) == 4
        assert place.run(View(3)) == 3
        assert place.submit_view(View(3)).result(LONG) == 3
        handle = place.submit_job(Train(3))
        assert handle.result(LONG) == 2
        assert handle.state == "done"
        heard.append(reports)
    assert heard[0] == heard[1]
    assert len(heard[0]) == 5


@pytest.mark.slow
def test_a_tensor_is_refused_since_it_would_load_torch_here(compute: WorkerCompute) -> None:
    with pytest.raises(JobError, match="holds a torch tensor; bodies return numpy arrays"):
        compute.run(Odd("tensor"))
