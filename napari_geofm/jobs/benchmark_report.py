"""What a benchmark found: JSON, a table beside the paper's Table S2, and plots."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from napari_geofm import __version__
from napari_geofm.core.paper_tasks import NETWORKS, PUBLISHED, TASKS
from napari_geofm.io.atomic import replacing
from napari_geofm.io.score_plots import draw_along, draw_distributions, draw_overall
from napari_geofm.jobs.benchmark_files import as_plain
from napari_geofm.jobs.benchmark_spec import RunRecord

__all__ = ["SUMMARY", "TABLE", "draw_plots", "table_of", "write_summary"]

SUMMARY, TABLE = "benchmark.json", "table.md"

NOTES = """
*paper*: Table S2. *paper's form*: counted as there, each batch by itself and absent classes as 0, then the mean; the
other columns count all test pictures as one. With several seeds: mean ± standard deviation. The state that is scored
was the best on validation pictures, the last of the training pictures; the paper's was the best on the test pictures
themselves, and learned from all training pictures. The U-Net with a tuned rate is not in the paper: its rate did best
in short trainings, on the validation pictures.
"""

COLUMNS = (
    "network", "trained", "rate", "mIoU paper", "mIoU paper's form", "mIoU", "mPA paper", "mPA paper's form", "mPA",
    "pixel accuracy", "boundary F1", "kept epoch", "min",
)  # fmt: skip

Value = Callable[[RunRecord], float]


def write_summary(folder: Path, records: Sequence[RunRecord], failures: Sequence[str]) -> None:
    """Write JSON and table of the runs so far, and of those that failed, over those before.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    plain = {"version": __version__, "runs": [as_plain(record) for record in records]}
    plain |= {"failures": list(failures)}
    with replacing(folder / SUMMARY, overwrite=True) as beside:
        beside.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
    with replacing(folder / TABLE, overwrite=True) as beside:
        beside.write_text(table_of(records, failures), encoding="utf-8")


def draw_plots(folder: Path, records: Sequence[RunRecord]) -> None:
    """Draw the plots of all tasks, over those before.

    Raises
    ------
    OutputError
        When they cannot be written.
    """
    for task in dict.fromkeys(record.task for record in records):
        _plots(folder, task, [record for record in records if record.task == task])


def table_of(records: Sequence[RunRecord], failures: Sequence[str] = ()) -> str:
    """Return the Markdown text of the table."""
    lines = ["# The paper's protocol", ""]
    for task in dict.fromkeys(record.task for record in records):
        ours = [record for record in records if record.task == task]
        lines += [*_head(task, ours[0]), *(_row(task, each, _of(ours, each)) for each in _networks(ours)), ""]
        odd = [f"{NETWORKS[r.network]}, seed {r.seed} (step {r.diverged_at})" for r in ours if r.diverged_at]
        if odd:
            lines += [f"Diverged, with the best state before kept: {'; '.join(odd)}.", ""]
    lines += [f"Failed: {failure}" for failure in failures]
    return "\n".join([*lines, *([""] if failures else []), NOTES.strip(), ""])


def _head(task: str, one: RunRecord) -> list[str]:
    paper = TASKS[task]
    parts = f"{one.learned} pictures learned from, {one.validated} for validation, {one.tested} tested"
    whole = (one.learned + one.validated, one.tested) == (paper.learned, paper.tested)
    theirs = "" if whole else f" (the paper: {paper.learned} and {paper.tested})"
    return [
        f"## {paper.title}",
        "",
        f"{parts}{theirs}.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        "|" + len(COLUMNS) * "---|",
    ]


def _row(task: str, network: str, runs: Sequence[RunRecord]) -> str:
    published = [f"{PUBLISHED[name][task, network]:.4f}" if (task, network) in PUBLISHED[name] else "-"
                 for name in ("miou", "mpa")]  # fmt: skip
    how = "LoRA" if runs[0].method == "lora" else "all"
    cells = [
        NETWORKS[network],
        how,
        ", ".join(dict.fromkeys(f"{run.rate:g}" for run in runs)),
        published[0],
        _mean(runs, lambda run: run.paper_miou),
        _mean(runs, lambda run: run.miou),
        published[1],
        _mean(runs, lambda run: run.paper_mpa),
        _mean(runs, lambda run: run.mpa),
        _mean(runs, lambda run: run.pixel_accuracy),
        _mean(runs, lambda run: run.boundary_f1),
        ", ".join(f"{run.kept_epoch} of {run.epochs}" for run in runs),
        f"{float(np.mean([run.seconds for run in runs])) / 60:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def _mean(runs: Sequence[RunRecord], value: Value) -> str:
    """Return mean and spread over seeds."""
    values = [value(run) for run in runs]
    spread = f" ± {float(np.std(values, ddof=1)):.4f}" if len(values) > 1 else ""
    return f"{float(np.mean(values)):.4f}{spread}"


def _networks(records: Sequence[RunRecord]) -> list[str]:
    """Return the networks that occur, in the table's order."""
    return [network for network in NETWORKS if any(record.network == network for record in records)]


def _of(records: Sequence[RunRecord], network: str) -> list[RunRecord]:
    return [record for record in records if record.network == network]


def _plots(folder: Path, task: str, records: Sequence[RunRecord]) -> None:
    """Draw a task: each picture's score (the paper's figure 5), all scores beside the paper's, scores over distance."""
    paper = TASKS[task]
    first = {NETWORKS[network]: _of(records, network)[0].samples for network in _networks(records)}
    title = f"{paper.title}: {records[0].tested} test pictures, seed {records[0].seed}"
    draw_distributions(folder / f"{task}-distributions.png", first, title, overwrite=True)
    for score, words in (("miou", "mIoU"), ("mpa", "mPA")):
        found = {
            NETWORKS[network]: [getattr(run, f"paper_{score}") for run in _of(records, network)]
            for network in _networks(records)
        }
        published = {NETWORKS[network]: value for (of, network), value in PUBLISHED[score].items() if of == task}
        path = folder / f"{task}-{score}.png"
        draw_overall(path, found, published, f"{paper.title}: {words}, the paper's form", words, overwrite=True)
    if paper.ordered:
        along = "pictures from the last one in train"
        draw_along(folder / f"{task}-distance.png", first, title, along, overwrite=True)
