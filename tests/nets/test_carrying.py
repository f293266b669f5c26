import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED
from napari_geofm.nets.carrying import Carrying, Look
from tests.nets.test_section_matching import HEIGHT, WIDTH, moved, no_tokens, section

DIP = np.broadcast_to(np.linspace(-4, 4, WIDTH), (HEIGHT, WIDTH))


def look(picture: NDArray[np.float32]) -> Look:
    return Look(picture, no_tokens(), 14.0)


def layers() -> NDArray[np.uint8]:
    return np.repeat(np.arange(3, dtype=np.uint8), HEIGHT // 3)[:, None].repeat(WIDTH, 1)


def test_labels_follow_two_sections() -> None:
    first = section()
    carrying = Carrying.begin(layers(), look(first))
    np.testing.assert_array_equal(carrying.carried(), layers())
    for steps in (1, 2):
        carrying = carrying.onto(look(moved(first, steps * DIP)))
        truth = layers()[np.clip(np.rint(np.arange(HEIGHT)[:, None] + steps * DIP), 0, HEIGHT - 1).astype(int), 0]
        assert (carrying.carried() == truth).mean() > 0.97
        assert (layers() == truth).mean() < 1 - 0.03 * steps
        assert np.abs(carrying.down - steps * DIP)[20:-20].mean() < 0.7


def test_strokes_stay_thin() -> None:
    strokes = np.full((HEIGHT, WIDTH), UNLABELLED, np.uint8)
    strokes[40:44, 10:70], strokes[90:93, 10:70] = 0, 2
    carrying = Carrying.begin(strokes, look(section())).onto(look(moved(section(), DIP)))
    found = carrying.carried()
    assert set(np.unique(found)) == {0, 2, UNLABELLED}
    assert abs(int((found != UNLABELLED).sum()) - int((strokes != UNLABELLED).sum())) < 60
    confidence = carrying.confidence(carrying.evidence(found))
    assert confidence[found != UNLABELLED].mean() > 0.9


def test_one_is_less_sure_at_boundaries_and_where_nothing_fits() -> None:
    other = section()
    other[:, WIDTH // 2 :] = section(7)[:, WIDTH // 2 :]
    carrying = Carrying.begin(layers(), look(section())).onto(look(other))
    evidence = carrying.evidence(carrying.carried())
    confidence = carrying.confidence(evidence)
    assert confidence.min() >= 0
    assert confidence.max() <= 1
    assert evidence[0, :, :30].mean() > evidence[0, :, -30:].mean() + 0.3
    assert confidence[:, :30].mean() > confidence[:, -30:].mean() + 0.01
    assert confidence[HEIGHT // 6, 20] > confidence[HEIGHT // 3, 20] + 0.03
