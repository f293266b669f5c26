"""What holds for every verb: where words go, what errors look like, what progress looks like."""

import io
import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm import __version__
from napari_geofm.cli.output import reporter, to_json
from napari_geofm.cli.parser import build_parser, joined_places
from napari_geofm.core.progress import Progress
from napari_geofm.errors import (
    CancelledError,
    DeviceError,
    EncoderError,
    GeoFMError,
    JobError,
    LabelError,
    OutputError,
    WeightsError,
)
from tests.cli.conftest import Geofm
from tests.tiny import TinySurvey

VERBS = ("info", "section", "features", "finetune", "segment", "evaluate", "export", "models", "weights", "demo")


def test_the_version_and_every_verb_are_told(geofm: Geofm) -> None:
    assert geofm("--version").out.strip() == f"napari-geofm {__version__}"
    listed = geofm("--help")
    assert listed.status == 0
    for verb in VERBS:
        assert f"\n    {verb} " in listed.out
        told = geofm(verb, "--help")
        assert (told.status, told.err) == (0, "")
        for option in ("--device", "--precision", "--quiet", "--json", "--debug"):
            assert option in told.out


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        (["features", "a.h5", "--at", "time=1/0.5", "distance=0:50", "-o", "m.png"], "time=1/0.5 distance=0:50"),
        (["features", "--at", "time=1/0.5", "distance=0:50", "a.h5", "-o", "m.png"], "time=1/0.5 distance=0:50"),
        (["features", "a.h5", "--at", "time=1/0.5 distance=0:50", "-o", "m.png"], "time=1/0.5 distance=0:50"),
        (["features", "a.h5", "--at", "inline=-5", "-o", "m.png"], "inline=-5"),
    ],
)
def test_a_place_may_be_two_words(words: list[str], joined: str) -> None:
    arguments = build_parser().parse_args(joined_places(words))
    assert (arguments.file, arguments.at) == ("a.h5", joined)


def test_common_options_stand_anywhere_after_the_verb() -> None:
    for words in (["info", "--json", "a.sgy", "--debug"], ["info", "a.sgy", "--debug", "--json"]):
        arguments = build_parser().parse_args(words)
        assert (arguments.json, arguments.debug, arguments.files) == (True, True, ["a.sgy"])


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (LabelError("no\nlabels"), 2),
        (OutputError("there"), 2),
        (DeviceError("cuda"), 2),
        (EncoderError("no ViT"), 2),
        (WeightsError("unreachable"), 1),
        (JobError("diverged"), 1),
        (CancelledError("stopped"), 1),
        (RuntimeError("two\nlines"), 1),
        (MemoryError(), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_error_is_one_line_and_its_kind_the_status(
    geofm: Geofm, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int
) -> None:
    from napari_geofm.cli import models

    def fails(_: object) -> None:
        raise error

    monkeypatch.setattr(models, "run", fails)
    ran = geofm("models", "list", "--json")
    assert ran.status == status
    assert str(error).split("\n")[0] in ran.line
    debugged = geofm("models", "list", "--debug")
    assert debugged.status == status
    assert "Traceback (most recent call last)" in debugged.err
    assert debugged.err.splitlines()[-1] == ran.line


def test_every_error_of_ours_is_one_of_pythons_and_has_a_status() -> None:
    found: list[type[GeoFMError]] = GeoFMError.__subclasses__()
    found += [deeper for each in found for deeper in each.__subclasses__()]
    for kind in found:
        if kind is not CancelledError:
            assert any(base.__module__ == "builtins" and base is not Exception for base in kind.__mro__[1:-3]), kind
        assert kind.exit_status in {1, 2}
        assert str(kind("one\n  two")) == "one two"


def test_json_knows_no_nan_and_takes_what_results_hold() -> None:
    data: dict[Any, Any] = {
        "path": Path("a") / "b",
        "numbers": (1, np.float32(0.5), math.nan, math.inf),
        "array": np.array([[1, 2]], np.uint8),
        1: None,
        "text": "Tøy",
        "flag": np.bool_(True),
    }
    text = to_json(data)
    assert json.loads(text) == {
        "path": str(Path("a") / "b"),
        "numbers": [1, 0.5, None, None],
        "array": [[1, 2]],
        "1": None,
        "text": "Tøy",
        "flag": True,
    }
    assert "Tøy" in text


def arguments_of(*words: str) -> Any:
    return build_parser().parse_args(["info", "a", *words])


def test_progress_is_silent_where_it_should_be(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reporter(arguments_of("--quiet")) is None
    assert reporter(arguments_of("--json")) is None


def test_progress_in_a_log_is_a_line_for_each_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    report = reporter(arguments_of())
    assert report is not None
    for step in range(100):
        report(Progress(step, 100, "training", {"loss": 0.12345}))
    report(Progress(0, 0, "writing"))
    assert log.getvalue().splitlines() == ["  0 % training  loss 0.123", "writing"]


def test_time_left_is_reckoned_from_what_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    log, now = io.StringIO(), [0.0]
    monkeypatch.setattr(sys, "stderr", log)
    monkeypatch.setattr("napari_geofm.cli.output.time.monotonic", lambda: now[0])
    report = reporter(arguments_of())
    assert report is not None
    for seconds, step in ((3, Progress(0, 0, "opening")), (30, Progress(0.01, 100, "copying"))):
        now[0] = seconds
        report(step)
    now[0] = 41
    report(Progress(50, 100, "copying"))
    # Opening took 30 s, and tells nothing of how long copying takes.
    assert log.getvalue().splitlines() == ["opening", "  0 % copying", " 50 % copying  11 s left"]


def test_progress_on_a_terminal_is_one_line_redrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", screen)
    report = reporter(arguments_of())
    assert report is not None
    for step in range(101):
        report(Progress(step, 100, "training"))
    shown = screen.getvalue()
    assert shown.count("\n") == 1
    assert shown.endswith("100 % training\n")
    assert "\x1b[2K" in shown


def test_warnings_of_libraries_do_not_reach_stderr(
    geofm: Geofm, survey: TinySurvey, monkeypatch: pytest.MonkeyPatch
) -> None:
    import logging
    import warnings

    from napari_geofm.cli import models, output

    def noisy(_: object) -> output.Result:
        warnings.warn("old style", DeprecationWarning, stacklevel=1)
        logging.getLogger("somebody").error("chatter")
        return output.Result({"fine": True}, ["fine"])

    monkeypatch.setattr(models, "run", noisy)
    assert geofm("models", "list", "--json").data == {"fine": True}
    assert geofm("models", "list").err == ""


def test_a_reader_that_goes_away_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """``geofm info ... | head -1``: asked of a real pipe, since the descriptor itself is replaced."""
    import subprocess

    program = "import sys; from napari_geofm.cli import main; sys.exit(main(['models', 'list', '--json']))"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


@pytest.mark.usefixtures("tiny")
def test_ctrl_c_cancels_and_leaves_everything_as_it_was(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import signal

    from napari_geofm.jobs import segment
    from napari_geofm.jobs.pieces import plan_pieces

    def interrupted(*words: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return plan_pieces(*words)

    monkeypatch.setattr(segment, "plan_pieces", interrupted)
    ran = geofm("segment", survey.file, "--model", probe, "-o", tmp_path / "a.npy", "--json")
    assert ran.status in {1, 130}
    assert "as it was" in ran.line or "Cancelled" in ran.line
    assert list(tmp_path.iterdir()) == []
