"""Entry of the command line: parse, run the verb, print its result, and turn errors into one line."""

import importlib
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from napari_geofm.cli.parser import build_parser, joined_places
from napari_geofm.cli.reading import take_reading
from napari_geofm.cli.said import take_said
from napari_geofm.errors import GeoFMError

if TYPE_CHECKING:
    from argparse import Namespace

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv
        Words after ``geofm``; None takes those of the process.

    Returns
    -------
    int
        Exit status: 0, 2 for bad input, 1 for a run that failed, 130 when interrupted.
    """
    arguments = build_parser().parse_args(joined_places(sys.argv[1:] if argv is None else argv))
    _hush(arguments)
    try:
        take_reading(arguments)
        take_said(arguments)
        result = importlib.import_module(f"napari_geofm.cli.{arguments.module}").run(arguments)
        _show(result, as_json=arguments.json)
    except GeoFMError as error:
        return _fail(str(error), error, arguments, error.exit_status)
    except KeyboardInterrupt as error:
        return _fail("Interrupted; everything is as it was before.", error, arguments, 130)
    except BrokenPipeError:
        # The reader of stdout (head, less) went away: that is its right, and no failure of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MemoryError as error:
        line = "Out of memory; work on less at once with --range, or close other programs."
        return _fail(line, error, arguments, 1)
    except Exception as error:  # noqa: BLE001  (the last resort: a user sees one line, --debug the rest)
        line = f"{type(error).__name__}: {error} (unexpected; --debug shows where)"
        return _fail(line, error, arguments, 1)
    return getattr(result, "status", 0)


def _hush(arguments: "Namespace") -> None:
    """Keep libraries' warnings and logs off stderr, where only our lines belong."""
    if not arguments.debug:
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def _show(result: object, *, as_json: bool) -> None:
    """Print a verb's result: its JSON alone, or its lines for people."""
    from napari_geofm.cli.output import Result, to_json

    if isinstance(result, Result):
        sys.stdout.write((to_json(result.data) if as_json else "\n".join(result.lines)).rstrip("\n") + "\n")
    sys.stdout.flush()


def _fail(line: str, error: BaseException, arguments: "Namespace", status: int) -> int:
    """Tell of an error, and return the exit status."""
    from napari_geofm.cli.output import tell_error

    tell_error(error, arguments, line)
    return status
