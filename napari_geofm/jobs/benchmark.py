"""Body: the paper's protocol on its data, network by network, so that an interrupted benchmark goes on."""

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence

from napari_geofm.core.paper_tasks import NETWORKS, TASKS
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.errors import JobError, OutputError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.models import write_model
from napari_geofm.io.paper_data import find_task_folder, read_split
from napari_geofm.io.paper_fetch import fetch_paper_data
from napari_geofm.jobs.benchmark_files import read_record, write_record
from napari_geofm.jobs.benchmark_recipe import benchmark_recipe
from napari_geofm.jobs.benchmark_report import SUMMARY, TABLE, draw_plots, write_summary
from napari_geofm.jobs.benchmark_run import Pictures, Run, run_network
from napari_geofm.jobs.benchmark_spec import BenchmarkResult, BenchmarkSpec, RunRecord

__all__ = ["run"]

RECORD, SETTINGS, MODEL = "run.json", "settings.json", "model"


def run(spec: BenchmarkSpec, control: Control) -> Job[BenchmarkResult]:
    """Train and score every network asked for; the table is written anew after each.

    Raises
    ------
    GeoFMError
        When data are missing or damaged, or the output is there already. What was finished is kept, and ``resume``
        goes on from there. A training that fails (for memory, for a loss that never was a number) is told in the
        result, and the others go on.
    """
    _require_place(spec)
    tasks = [TASKS[name] for name in spec.tasks]
    if spec.fetch:
        yield from fetch_paper_data(spec.data, tasks, control)
    pictures = {task.name: _pictures(spec, task.name) for task in tasks}
    yield Progress(0, 0, "reading what is there")
    runs = list(_runs(spec))
    _prepare(spec, runs, pictures)
    failures: list[str] = []
    for place, each in enumerate(runs):
        if read_record(each.folder / RECORD) is None and not control.stopping:
            try:
                job = _finished(spec, each, pictures[each.task], control)
                yield from _as_part(job, place, len(runs), each.name)
            except JobError as error:
                failures.append(f"{each.name}: {error}")
            write_summary(spec.output, _records(spec), failures)
    records = _records(spec)
    yield Progress(1, 1, "drawing")
    draw_plots(spec.output, records)
    yield Progress(1, 1, f"table written to {spec.output / TABLE}")
    complete = all((each.folder / RECORD).exists() for each in runs)
    return BenchmarkResult(spec.output, spec.output / TABLE, records, complete, tuple(failures))


def _records(spec: BenchmarkSpec) -> tuple[RunRecord, ...]:
    """Return all that is finished in the output, of earlier calls too, in the order of the tables."""
    found = [read_record(file) for file in spec.output.glob(f"runs/*/*/*/{RECORD}")]
    order = {name: place for names in (TASKS, NETWORKS) for place, name in enumerate(names)}
    known = [record for record in found if record is not None and record.network in order and record.task in order]
    return tuple(sorted(known, key=lambda record: (order[record.task], order[record.network], record.seed)))


def _require_place(spec: BenchmarkSpec) -> None:
    """Refuse an output that is there, unless it is a benchmark's that is to be gone on with or replaced."""
    if not spec.output.exists() or (spec.output.is_dir() and not any(spec.output.iterdir())):
        return
    if not (spec.output / SUMMARY).is_file():
        msg = f"{spec.output} exists and is no benchmark's folder; choose another name"
        raise OutputError(msg)
    if not spec.resume and not spec.overwrite:
        msg = f"{spec.output} exists and is kept; add --resume to go on with it, --overwrite to begin anew"
        raise OutputError(msg)


def _pictures(spec: BenchmarkSpec, name: str) -> Pictures:
    """Return a task's pictures; those that choose the state are the last of the training pictures.

    The last ones, not random ones: neighbours in a volume are nearly the same picture.
    """
    task = TASKS[name]
    folder = find_task_folder(spec.data, task)
    train, test = read_split(folder, task, "train"), read_split(folder, task, "valid")
    # At least one is spared where any is wanted, and one is left to learn from.
    spared = min(max(round(spec.validation * len(train)), int(spec.validation > 0)), len(train) - 1)
    kept = len(train) - spared
    return Pictures(train[:kept], train[kept:], test)


def _runs(spec: BenchmarkSpec) -> Iterator[Run]:
    for task in spec.tasks:
        for network in spec.networks:
            for seed in spec.seeds:
                folder = spec.output / "runs" / task / network / f"seed-{seed}"
                yield Run(task, network, seed, benchmark_recipe(spec, task, network, seed), folder)


def _prepare(spec: BenchmarkSpec, runs: Sequence[Run], pictures: Mapping[str, Pictures]) -> None:
    """Make the output; refuse to go on with what was begun with other settings, before any work is done."""
    if spec.overwrite and not spec.resume:
        shutil.rmtree(spec.output / "runs", ignore_errors=True)
    for each in runs:
        file = each.folder / SETTINGS
        if file.exists() and file.read_text(encoding="utf-8") != _settings(spec, each, pictures[each.task]):
            msg = (
                f"{each.folder} was made with another recipe, validation, precision or data; go on with the same, or "
                "choose another output"
            )
            raise OutputError(msg)
    if not (spec.output / SUMMARY).exists() or not spec.resume:
        write_summary(spec.output, _records(spec), ())


def _settings(spec: BenchmarkSpec, each: Run, pictures: Pictures) -> str:
    """Return the hash of everything that decides a run's scores, its data by count alone, as it is kept."""
    counts = [len(part) for part in (pictures.learned, pictures.validated, pictures.tested)]
    weights = str(spec.where.weights) if each.recipe.decoder != "unet" else ""
    parts = [each.recipe.key, *counts, spec.where.precision, spec.where.device, weights]
    return json.dumps({"key": hashlib.sha256(json.dumps(parts).encode()).hexdigest()}) + "\n"


def _finished(spec: BenchmarkSpec, each: Run, pictures: Pictures, control: Control) -> Job[RunRecord]:
    """Run one network; leave its record and model, and nothing of the training."""
    from napari_geofm.nets.build import parts_of
    from napari_geofm.nets.model import SegmentationNet

    each.folder.mkdir(parents=True, exist_ok=True)
    with replacing(each.folder / SETTINGS, overwrite=True) as beside:
        beside.write_text(_settings(spec, each, pictures), encoding="utf-8")
    record, recipe, predictor = yield from run_network(spec, each, pictures, control)
    if isinstance(predictor.net, SegmentationNet):
        encoder = dataclasses.replace(recipe.encoder, weights_sha256=predictor.net.encoder.weights_sha256)
        recipe = dataclasses.replace(recipe, encoder=encoder)
    card = f"# {each.name}\n\nOf a benchmark on the paper's data: mIoU {record.miou:.4f} on the test pictures.\n"
    write_model(each.folder / MODEL, recipe, card, *parts_of(predictor.net), overwrite=True)
    write_record(each.folder / RECORD, record)
    for left in each.folder.glob("*.safetensors"):
        left.unlink()
    return record


def _as_part(job: Job[RunRecord], place: int, count: int, name: str) -> Job[RunRecord]:
    """Pass a run's progress on as a part of the whole."""
    while True:
        try:
            step = next(job)
        except StopIteration as end:
            found: RunRecord = end.value
            return found
        done = place + (step.fraction or 0.0)
        yield Progress(done, count, f"{name}: {step.text}", step.numbers)
