"""Whether a file holds an encoder's tensors, all of them and nothing else; free of torch."""

import hashlib
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError, safe_open

from napari_geofm.errors import WeightsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_geofm.nets.encoder_spec import EncoderSpec

__all__ = ["check_file", "compare_files", "sha256_of", "to_timm_names"]

_FLOATS = {"F64", "F32", "F16", "BF16"}


def sha256_of(path: "Path") -> str:
    """Return the sha256 of a file, in hexadecimal; 88 MB take about 0.1 s."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_file(path: "Path", spec: "EncoderSpec") -> None:
    """Refuse a safetensors file that does not hold the encoder's tensors.

    Parameters
    ----------
    path : Path
        The file.
    spec : EncoderSpec
        The encoder that it should hold: the same names, the same shapes, finite numbers.

    Raises
    ------
    WeightsError
        In one line: which tensor is missing, unknown, of another shape or not finite.
    """
    try:
        with safe_open(str(path), framework="np") as tensors:
            slices = {name: tensors.get_slice(name) for name in tensors.keys()}  # noqa: SIM118 - it is no mapping
            _check_shapes(path, {name: tuple(part.get_shape()) for name, part in slices.items()}, spec)
            for name, part in slices.items():
                _check_numbers(path, name, part.get_dtype(), tensors.get_tensor)
    except (SafetensorError, OSError) as error:
        if isinstance(error, WeightsError):
            raise
        raise WeightsError(f"{path} is not a whole safetensors file ({error}); fetch or copy it again.") from error


def _check_shapes(path: "Path", found: "Mapping[str, tuple[int, ...]]", spec: "EncoderSpec") -> None:
    """Refuse missing and unknown tensors, and other shapes."""
    expected = spec.shapes()
    missing, unknown = sorted(expected.keys() - found.keys()), sorted(found.keys() - expected.keys())
    remedy = f"give the file model.safetensors of {spec.hub_repo}."
    if missing:
        raise WeightsError(f"{path} is not {spec.name}: it lacks {_some(missing)}; {remedy}")
    if unknown:
        raise WeightsError(f"{path} is not {spec.name}: it holds {_some(unknown)} too; {remedy}")
    for name, shape in expected.items():
        if found[name] != shape:
            raise WeightsError(f"{path} is not {spec.name}: '{name}' is {found[name]}, not {shape}; {remedy}")


def _some(names: list[str]) -> str:
    """Name the first and count the rest."""
    return f"'{names[0]}'" + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def _check_numbers(path: "Path", name: str, kind: str, read: object) -> None:
    """Refuse a tensor that is no float tensor, or holds NaN or infinity."""
    if kind not in _FLOATS:
        raise WeightsError(f"{path}: '{name}' is of type {kind}, not a float; fetch or copy it again.")
    # numpy has no bfloat16, so such tensors are left to the network that loads them.
    if kind != "BF16" and callable(read) and not np.isfinite(read(name)).all():
        raise WeightsError(f"{path}: '{name}' holds NaN or infinity, so it is damaged; fetch or copy it again.")


def compare_files(ours: "Path", theirs: "Path") -> float:
    """Return the largest absolute difference between two files' tensors; infinity where names or shapes differ."""
    worst = 0.0
    with safe_open(str(ours), framework="np") as a, safe_open(str(theirs), framework="np") as b:
        if set(a.keys()) != set(b.keys()):
            return float("inf")
        for name in a.keys():  # noqa: SIM118 - it is no mapping
            left, right = a.get_tensor(name), b.get_tensor(name)
            if left.shape != right.shape:
                return float("inf")
            worst = max(worst, float(np.max(np.abs(left.astype(np.float64) - right), initial=0.0)))
    return worst


def to_timm_names(tensors: "Mapping[str, NDArray[np.float32]]") -> "dict[str, NDArray[np.float32]]":
    """Return tensors as timm names them, from timm's or from DINOv2's original file.

    The mask token and classifier heads are left out; with registers, the class token's position is added to the token.

    Parameters
    ----------
    tensors : mapping of str to ndarray of float32
        A state dictionary.
    """
    renamed: dict[str, NDArray[np.float32]] = {}
    for name, values in tensors.items():
        if name == "mask_token" or name.startswith(("head.", "fc_norm.")):
            continue
        for old, new in (("register_tokens", "reg_token"), ("mlp.w12.", "mlp.fc1."), ("mlp.w3.", "mlp.fc2.")):
            name = name.replace(old, new)
        renamed[name] = values
    if "register_tokens" in tensors:
        renamed["cls_token"] = renamed["cls_token"] + renamed["pos_embed"][:, :1]
        renamed["pos_embed"] = renamed["pos_embed"][:, 1:]
    return {name: np.ascontiguousarray(values) for name, values in renamed.items()}
