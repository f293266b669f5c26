"""What a benchmark on the paper's data is asked to do, and what it finds."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from napari_geofm.core.loss_names import loss_parts
from napari_geofm.core.paper_tasks import NETWORKS, TASKS
from napari_geofm.errors import UsageError
from napari_geofm.jobs.spec import JobSpec, Lane
from napari_geofm.jobs.specs import Where

__all__ = ["BenchmarkResult", "BenchmarkSpec", "RunRecord"]

PAPER_SEED = 1234


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What one network scored on one task's test pictures with one seed.

    Attributes
    ----------
    task, network, seed
        What was run.
    method
        What of the encoder was trained: ``full`` or ``lora``.
    rate
        Base learning rate.
    epochs, kept_epoch
        Passes over the training pictures, and the one whose state was best on the validation pictures.
    learned, validated, tested
        Count of pictures of each part.
    miou, mpa, pixel_accuracy, boundary_f1
        Over all test pictures as one; absent classes left out.
    iou
        Per class; NaN where neither truth nor prediction has the class.
    paper_miou, paper_mpa
        As the paper's code counts: mean over batches, absent classes as 0.
    samples
        mIoU of each test picture, in order.
    history
        ``(epoch, loss, mIoU on the validation pictures)``.
    tuning
        ``(rate, mIoU on the validation pictures)`` of the rates tried; empty where none were.
    seconds
        Time that it took, training and test.
    parameters
        Count of trained parameters.
    diverged_at
        The step at which the loss was not a number; 0 where it always was one.
    device, precision
        Where, and in what number format.
    """

    task: str
    network: str
    seed: int
    method: str
    rate: float
    epochs: int
    kept_epoch: int
    learned: int
    validated: int
    tested: int
    miou: float
    mpa: float
    pixel_accuracy: float
    boundary_f1: float
    iou: tuple[float, ...]
    paper_miou: float
    paper_mpa: float
    samples: tuple[float, ...]
    history: tuple[tuple[int, float, float], ...]
    tuning: tuple[tuple[float, float], ...]
    seconds: float
    parameters: int
    diverged_at: int
    device: str
    precision: str


@dataclass(frozen=True, slots=True)
class BenchmarkResult:
    """All runs of the output, where the table is, whether all that were asked for are there, and what failed why."""

    output: Path
    table: Path
    runs: tuple[RunRecord, ...]
    complete: bool
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BenchmarkSpec(JobSpec[BenchmarkResult]):
    """The paper's protocol on its data.

    Attributes
    ----------
    data
        Folder of the data.
    output
        Folder for results.
    tasks, networks, seeds
        What is run: each network on each task with each seed.
    epochs
        Passes; 0 for the recipe's 100. The warm-up is a tenth of them.
    loss
        Another loss than the recipe's; empty for that.
    validation
        Share of the training pictures that choose the state which is kept, as the test pictures never do; 0 keeps the
        last state.
    fetch
        Fetch what is missing of the data.
    resume
        Go on where an interrupted run ended.
    overwrite
        Begin anew in a folder of an earlier benchmark.
    """

    data: Path
    output: Path
    tasks: tuple[str, ...] = tuple(TASKS)
    networks: tuple[str, ...] = tuple(NETWORKS)
    seeds: tuple[int, ...] = (PAPER_SEED,)
    epochs: int = 0
    loss: str = ""
    validation: float = 0.1
    fetch: bool = False
    resume: bool = False
    overwrite: bool = False
    where: Where = field(default_factory=Where)

    body: ClassVar[str] = "napari_geofm.jobs.benchmark:run"
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "running the benchmark"

    def __post_init__(self) -> None:
        """Refuse impossible values."""
        for option, words, known in (("task", self.tasks, TASKS), ("decoder", self.networks, NETWORKS)):
            for word in words:
                _check(word in known, option, word, f"one of {', '.join(known)}")
        _check(bool(self.seeds), "seeds", "", "one number or more")
        for seed in self.seeds:
            _check(0 <= seed < 2**63, "seeds", seed, "0 to 9223372036854775807")
        _check(0 <= self.epochs <= 100_000, "epochs", self.epochs, "0 to 100,000")
        _check(0 <= self.validation <= 0.5, "validation", self.validation, "0 to 0.5")
        if self.loss:
            loss_parts(self.loss)


def _check(fine: bool, option: str, value: object, rule: str) -> None:
    if not fine:
        msg = f"--{option} {value}: must be {rule}"
        raise UsageError(msg)
