from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Geofm
from tests.paper_miniature import small_tasks, write_miniature

pytestmark = pytest.mark.usefixtures("tiny")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with small_tasks():
        yield write_miniature(tmp_path_factory.mktemp("paper"), ("das", "salt"))


def test_a_benchmark_prints_its_table_and_goes_on(geofm: Geofm, data: Path, tmp_path: Path) -> None:
    words = ("benchmark", data, "--task", "das", "--decoder", "linear", "--epochs", "1", "-o", tmp_path / "out")
    ran = geofm(*words)
    assert ran.status == 0, ran.err
    assert "## DAS seismic event detection" in ran.out
    assert "| DINOv2-LINEAR | all | 1e-05 | 0.8112 |" in ran.out
    assert "das, DINOv2-LINEAR, seed 1234: training" in ran.err
    assert "add --resume to go on with it, --overwrite to begin anew" in geofm(*words).line
    told = geofm(*words, "--task", "salt", "--resume", "--seeds", "1234", "7", "--json").data
    # In the order of the paper's tables.
    found = [(run["task"], run["seed"]) for run in told["runs"]]
    assert found == [("salt", 7), ("salt", 1234), ("das", 7), ("das", 1234)]
    assert told["complete"]
    assert told["runs"][0]["history"][0][1] is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--task", "oil"), "invalid choice: 'oil'"),
        (("--decoder", "fcn"), "invalid choice: 'fcn'"),
        (
            ("--task", "fault"),
            "has no folder deepFault with train and valid in it; give the data's folder, or add --fetch",
        ),
        (("--epochs", "-1"), "--epochs -1: must be 0 to 100,000"),
        (("--seeds", "-1"), "--seeds"),
        (("--seeds", "x"), "invalid int value: 'x'"),
        (("--validation", "2"), "--validation 2.0: must be 0 to 0.5"),
        (("--loss", "hinge"), "one of dice, soft_dice, ce, focal"),
        (("--weights", "nowhere.safetensors", "--task", "das", "--decoder", "linear"), "nowhere.safetensors"),
        (("--device", "tpu"), "invalid choice: 'tpu'"),
    ],
)
def test_words_that_a_benchmark_cannot_follow(
    geofm: Geofm,
    data: Path,
    tmp_path: Path,
    untouched: Callable[[], list[str]],
    words: tuple[str, ...],
    expected: str,
) -> None:
    ran = geofm("benchmark", data, "-o", tmp_path / "out", *words, "--json")
    assert ran.status == 2
    assert expected in ran.line
    # Of what is found out only when a network is built the folder to go on in is there.
    assert untouched() == [] or "--weights" in words


def test_data_out_of_reach_are_one_line(
    geofm: Geofm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, untouched: Callable[[], list[str]]
) -> None:
    from napari_geofm.io import paper_fetch

    monkeypatch.setattr(paper_fetch, "RECORD", "http://127.0.0.1:9/record")
    ran = geofm("benchmark", tmp_path / "data", "--task", "das", "--fetch", "-o", tmp_path / "out", "--json")
    assert ran.status == 2
    assert "cannot be reached" in ran.line
    assert untouched() == []
