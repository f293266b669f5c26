from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.das.bad_channels import BadChannels
from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.processing import Processing
from napari_geofm.errors import UsageError
from napari_geofm.io.opening import open_survey, options_of
from napari_geofm.samples import DasSampleSpec, make_das, write_das
from napari_geofm.session import Session
from napari_geofm.session.chain_state import ChainState

Open = Callable[..., Session]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("das") / "fibre.h5"
    write_das(make_das(DasSampleSpec(channels=30, samples=400, seed=3)), file)
    return file.read_bytes()


@pytest.fixture
def opened(recorded: bytes, tmp_path: Path) -> Iterator[Open]:
    file = tmp_path / "fibre.h5"
    file.write_bytes(recorded)
    sessions: list[Session] = []

    def make(**options: object) -> Session:
        sessions.append(Session.open(file, **options))  # type: ignore[arg-type]
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()


def through(words: str, bad: str = "none") -> ChainState:
    return ChainState.of(Processing(Chain.parse(words), BadChannels.parse(bad)))


def test_a_chain_changes_what_is_seen_and_not_where_labels_lie(opened: Open) -> None:
    session = opened()
    told: list[int] = []
    session.processing_changed.connect(lambda: told.append(1))
    plain, stretch = session.section().values, session.stretch
    painted = session.labels_at(session.place)
    painted[50:60, 5:15] = 1
    session.record(session.place, painted, what="stroke")
    session.process(through("median; root", "7"), "processing")
    assert told == [1]
    seen = session.section()
    expected = plain - np.median(np.delete(plain, 7, axis=1), axis=1, keepdims=True)
    expected = np.sign(expected) * np.sqrt(np.abs(expected))
    np.testing.assert_allclose(np.delete(seen.values, 7, axis=1), np.delete(expected, 7, axis=1), atol=1e-7)
    assert not seen.valid[:, 7].any()
    assert session.stretch != stretch
    np.testing.assert_array_equal(session.labels_at(session.place), painted)
    # What networks are asked is of the same: the file read with these options.
    again = open_survey(session.survey.path, options=options_of(session.seen))
    assert again.fingerprint == session.seen.fingerprint


def test_the_original_is_a_look_aside(opened: Open) -> None:
    session = opened()
    plain = session.section().values
    plain_stretch = session.stretch
    session.process(through("median"), "processing")
    stretch = session.stretch
    session.original = True
    np.testing.assert_array_equal(session.section().values, plain)
    assert session.stretch == plain_stretch
    assert session.seen.processed is not None
    session.original = False
    assert session.stretch == stretch
    assert session.section().values.std() != plain.std()


def test_chains_are_steps_of_undo(opened: Open) -> None:
    session = opened()
    first, second = through("median"), through("median; root")
    session.process(first, "added median")
    session.process(second, "added root")
    session.process(second, "nothing new")
    assert session.steps[0] == ["added median", "added root"]
    assert session.undo() == "added root"
    assert session.chain == first
    assert session.seen.processed is not None
    assert session.seen.processed.chain == first.chain
    session.undo()
    assert session.seen is session.survey
    session.redo()
    assert session.chain == first


def test_a_session_comes_back_as_it_was_seen(opened: Open) -> None:
    session = opened()
    median, root = Chain.parse("median; root").steps
    state = ChainState(((median, True), (root, False)), BadChannels.parse("auto, 3"))
    session.process(state, "processing")
    stretch, seen = session.stretch, session.seen.fingerprint
    session.close()
    again = opened()
    assert again.chain == state
    assert again.seen.fingerprint == seen
    assert again.stretch == stretch
    assert again.notices == []
    # Without the file of the session nothing of it is left.
    assert again.chain.chain.words() == "median"


def test_opened_with_a_chain_that_one_counts(opened: Open) -> None:
    session = opened(options=Processing(Chain.parse("detrend"), BadChannels.parse("2")))
    assert session.survey.processed is None
    assert session.chain.chain.words() == "detrend linear"
    assert session.chain.bad.words() == "2"
    session.close()
    assert opened().chain.chain.words() == "detrend linear"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("decimate 2", r"open a copy: geofm ingest \S+ --process 'decimate 2' -o \S+\.nc"),
        ("median; stack 2", "--process 'stack 2'"),
        ("lowpass 50 Hz", "Nyquist"),
    ],
)
def test_what_does_not_suit_is_refused_and_leaves_all_as_it_was(opened: Open, words: str, told: str) -> None:
    session = opened()
    session.process(through("median"), "processing")
    seen = session.seen
    with pytest.raises(UsageError, match=told):
        session.process(through(words), "processing")
    assert session.seen is seen
    assert session.steps[0] == ["processing"]


def test_a_kept_chain_that_does_not_suit_any_more_is_told_of(opened: Open, tmp_path: Path) -> None:
    session = opened()
    session.process(through("lowpass 20 Hz"), "processing")
    session.close()
    document = session.folder / "session.json"
    document.write_text(document.read_text().replace('"high_hz": 20.0', '"high_hz": 70.0'))
    again = opened()
    assert again.chain == ChainState()
    assert "The processing of this session is left out: Processing step lowpass: 70 Hz" in again.notices[0]
    again.close()
    document.write_text(document.read_text().replace('"steps": []', '"steps": 4'))
    assert opened().chain == ChainState()
