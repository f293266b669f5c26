import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED, Origin
from napari_geofm.core.region import At
from napari_geofm.io.labels import read_labels
from napari_geofm.session import Session
from napari_geofm.session.proposals import Proposal

FIRST, SECOND = At("inline", 1), At("inline", 3)


@pytest.fixture(autouse=True)
def classes(session: Session) -> None:
    session.set_classes(ClassTable.named(["sand", "shale", "salt"]))


def proposal(session: Session, at: At) -> Proposal:
    """Return class 0 above and class 2 below, with confidences that rise to the right, for a section."""
    shape = session.section(at).shape
    classes = np.zeros(shape, np.uint8)
    classes[shape[0] // 2 :] = 2
    classes[:, :1] = UNLABELLED
    confidence = np.tile(np.linspace(0.5, 1, shape[1], dtype=np.float32), (shape[0], 1))
    return Proposal(at, At("inline", 0), classes, confidence, session.classes.names, 0.9)


def test_what_is_labelled_stays_and_the_origin_is_known(session: Session) -> None:
    painted = session.labels_at(FIRST)
    painted[:2, 2:4] = 2
    session.record(FIRST, painted, what="stroke")
    count = session.accept_carried([proposal(session, FIRST)])
    found, origins = session.labels_at(FIRST), session.origins_at(FIRST)
    assert (found[:2, 2:4] == 2).all()
    assert (origins[:2, 2:4] == Origin.HUMAN).all()
    assert not found[:, :1].any()
    assert count == int((origins == Origin.CARRIED).sum()) > 0


def test_a_class_a_region_and_a_confidence(session: Session) -> None:
    one = proposal(session, FIRST)
    where = np.zeros(one.classes.shape, bool)
    where[-3:] = True
    session.accept_carried([one], number=2, where=where, above=0.75)
    found = session.labels_at(FIRST) > 0
    assert found.any()
    assert not found[:-3].any()
    assert (one.confidence[found] >= 0.75).all()
    assert session.accept_carried([one], number=1) == 0


def test_several_sections_are_one_step_and_are_listed(session: Session) -> None:
    session.accept_carried([proposal(session, at) for at in (FIRST, SECOND)])
    assert session.labelled_sections() == [FIRST, SECOND]
    assert session.undo_text == "carried labels from inline 0 to inline 1 and 1 more"
    # What is trained on them knows that nobody painted them.
    session.save()
    labels = read_labels(session.labels_folder, session.survey)
    places, layout = session.survey.places(SECOND), session.survey.layout(SECOND)
    assert (labels.section(places, layout) != UNLABELLED).any()
    assert (labels.human(places, layout) == UNLABELLED).all()
    session.undo()
    assert session.labelled_sections() == []
    session.redo()
    assert session.labelled_sections() == [FIRST, SECOND]


def test_classes_are_known_by_name(session: Session) -> None:
    one = proposal(session, FIRST)
    session.delete_class(0)
    session.accept_carried([one])
    assert set(np.unique(session.labels_at(FIRST))) == {0, 2}


def test_locked_classes_stay_as_they_are(session: Session) -> None:
    session.lock_class(2, True)
    session.accept_carried([proposal(session, FIRST)])
    assert set(np.unique(session.labels_at(FIRST))) == {0, 1}
