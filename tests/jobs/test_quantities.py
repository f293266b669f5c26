import numpy as np
import pytest

from napari_geofm.core.labels import UNLABELLED
from napari_geofm.jobs.quantities import quantity_of


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_confidence_is_the_lead_over_the_next_best(classes: int) -> None:
    probabilities = np.random.default_rng(classes).dirichlet(np.ones(classes), (5, 6)).astype(np.float32)
    planes = np.moveaxis(probabilities, -1, 0)
    dead = np.zeros((5, 6), bool)
    dead[2, 3] = True
    ordered = np.sort(planes, axis=0)
    found = quantity_of("confidence", planes, dead)
    assert found.dtype == np.float32
    assert np.isnan(found[2, 3])
    np.testing.assert_array_equal(found[~dead], (ordered[-1] - ordered[-2])[~dead])
    classes_found = quantity_of("prediction", planes, dead)
    assert classes_found[2, 3] == UNLABELLED
    np.testing.assert_array_equal(classes_found[~dead], planes.argmax(0)[~dead])
