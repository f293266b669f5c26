"""A tuning: a low-rank update that is added to the encoder's weights once, when they are loaded.

What is tuned is an encoder like any other from then on: probes are fitted on it, LoRA is trained on top of it.
"""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from napari_geofm.errors import ModelError
from napari_geofm.nets.encoder_spec import EncoderSpec

__all__ = ["PARTS", "save_tuning", "tune"]

PARTS = r"attn\.(qkv|proj)|mlp\.(fc1|fc2)"
"""Layers of a block that a tuning may update, as a pattern."""


def tune(vit: nn.Module, spec: EncoderSpec, path: Path) -> None:
    """Add a tuning to the weights of a ViT, in place.

    Parameters
    ----------
    vit
        Without adapter.
    spec
        Its numbers.
    path
        ``blocks.0.attn.qkv.lora_A.weight`` (rank, in) and ``.lora_B.weight`` (out, rank) of each layer, and
        ``encoder``, ``rank`` and ``alpha`` in the header: the update is ``alpha / rank * B @ A``.

    Raises
    ------
    ModelError
        When it cannot be read, is of another encoder, or holds what is not a finite number.
    """
    tensors, header = _read(path)
    if header.get("encoder") != spec.name:
        msg = f"Tuning {path.parent.name} is of encoder {header.get('encoder')}, not of {spec.name}; leave it empty"
        raise ModelError(msg)
    if not all(torch.isfinite(value).all() for value in tensors.values()):
        raise ModelError(f"Tuning {path.parent.name} holds numbers that are not finite; install the program anew")
    layers = {key.removesuffix(".lora_A.weight") for key in tensors if key.endswith(".lora_A.weight")}
    try:
        scale = float(header["alpha"]) / float(header["rank"])
        for name in sorted(layers):
            weight = vit.get_submodule(name).get_parameter("weight")
            update = scale * (tensors[f"{name}.lora_B.weight"].float() @ tensors[f"{name}.lora_A.weight"].float())
            with torch.no_grad():
                weight.add_(update)
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise ModelError(f"Tuning {path.parent.name} does not fit {spec.name}; install the program anew") from error


def save_tuning(path: Path, tensors: dict[str, Tensor], *, encoder: str, rank: int, alpha: float) -> None:
    """Write a tuning, in half precision: an update is small beside the weights."""
    # In one entry: the library writes several in any order, and the file would have another hash each time.
    header = {"encoder": encoder, "rank": rank, "alpha": alpha}
    half = {key: value.detach().half().contiguous() for key, value in tensors.items()}
    save_file(half, path, {"tuning": json.dumps(header)})


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    try:
        # The library's types are not written down.
        opened: Any = safe_open(path, framework="pt")
        with opened as file:
            header: Any = json.loads((file.metadata() or {})["tuning"])
            return {key: file.get_tensor(key) for key in file.keys()}, dict(header)  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"Tuning {path.parent.name} cannot be read ({error}); install the program anew") from error
