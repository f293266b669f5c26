"""The paper's five tasks: where its public data lie, their sizes and classes, and what it published of them."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["NETWORKS", "PUBLISHED", "TASKS", "PaperTask", "method_of"]


@dataclass(frozen=True, slots=True)
class PaperTask:
    """One task.

    Attributes
    ----------
    name
        As the command line names it.
    title
        In words.
    folders
        Names that its folder has been seen under.
    images, labels
        Folders of the pictures (float32, 0 to 255) and of their labels (int8), files ``0.dat``, ``1.dat``, ...
    shape
        Rows and columns of every picture.
    classes
        Names in the order of their numbers.
    learned, tested
        Count of pictures in ``train``, and in ``valid``, which is the paper's test set.
    ordered
        Whether the pictures are neighbours in one volume, in the order of their numbers.
    """

    name: str
    title: str
    folders: tuple[str, ...]
    images: str
    labels: str
    shape: tuple[int, int]
    classes: tuple[str, ...]
    learned: int
    tested: int
    ordered: bool = False


FACIES = (
    "basement or other",
    "slope mudstone A",
    "mass transport deposit",
    "slope mudstone B",
    "slope valley",
    "submarine canyon system",
)

TASKS: dict[str, PaperTask] = {
    task.name: task
    for task in (
        PaperTask(
            "facies", "Seismic facies classification", ("seismicFace",), "input", "target", (1006, 782), FACIES,
            250, 45, ordered=True,
        ),
        PaperTask(
            "salt", "Seismic geobody identification", ("geobody",), "input", "target", (224, 224), ("other", "salt"),
            3000, 1000,
        ),
        PaperTask(
            "crater", "Crater detection", ("crater",), "image", "label", (1022, 1022), ("other", "crater"), 1000, 199
        ),
        PaperTask(
            "das", "DAS seismic event detection", ("das",), "image", "label", (512, 512), ("other", "event"), 115, 28
        ),
        PaperTask(
            "fault", "Deep fault detection", ("deepFault", "deepfault"), "image", "label", (896, 896),
            ("other", "fault"), 1081, 269,
        ),
    )
}  # fmt: skip
"""The tasks by name (the paper's Table S1)."""

NETWORKS: dict[str, str] = {
    "unet": "U-Net",
    "unet-tuned": "U-Net, tuned rate",
    "linear": "DINOv2-LINEAR",
    "pup": "DINOv2-PUP",
    "dpt": "DINOv2-DPT",
    "mla": "DINOv2-MLA",
}
"""What is compared, with the names of Table S2; the U-Net with a tuned rate is ours."""

_LORA = {("facies", "dpt"), ("fault", "dpt"), ("fault", "mla")}


def method_of(task: str, network: str) -> str:
    """Return what is trained of the encoder (Table S4): ``lora`` or ``full``.

    >>> method_of("fault", "mla"), method_of("fault", "pup"), method_of("fault", "unet")
    ('lora', 'full', 'full')
    """
    return "lora" if (task, network) in _LORA else "full"


def _table(rows: Mapping[str, str]) -> dict[tuple[str, str], float]:
    order = ("facies", "salt", "crater", "das", "fault")
    return {
        (task, network): float(value)
        for network, values in rows.items()
        for task, value in zip(order, values.split(), strict=True)
    }


PUBLISHED: dict[str, dict[tuple[str, str], float]] = {
    "miou": _table(
        {
            "unet": "0.5490 0.8636 0.5812 0.7271 0.6858",
            "linear": "0.6565 0.8965 0.6857 0.8112 0.6372",
            "pup": "0.6885 0.8935 0.6937 0.8487 0.7088",
            "dpt": "0.6709 0.8912 0.6917 0.8672 0.7334",
            "mla": "0.6826 0.8969 0.6949 0.8591 0.7613",
        }
    ),
    "mpa": _table(
        {
            "unet": "0.7693 0.67 0.6265 0.7865 0.7439",
            "linear": "0.8732 0.9374 0.7481 0.9033 0.7519",
            "pup": "0.9102 0.9357 0.7529 0.9210 0.7793",
            "dpt": "0.8826 0.9377 0.7462 0.9119 0.7985",
            "mla": "0.8975 0.9383 0.7476 0.9222 0.8195",
        }
    ),
}
"""Table S2: mIoU and mPA by task and network."""
