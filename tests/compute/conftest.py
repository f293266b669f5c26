from collections.abc import Iterator

import pytest

from napari_geofm.compute.worker_compute import WorkerCompute
from tests.compute.lookout import left_over
from tests.compute.toys import UNDER


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Each test ends without a thread, a process or a segment of ours."""
    yield
    assert left_over() == []


@pytest.fixture
def compute() -> Iterator[WorkerCompute]:
    """A worker with short patience."""
    with WorkerCompute(threads=1, patience=0.3, bodies_under=UNDER) as compute:
        yield compute
