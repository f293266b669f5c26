"""What is trained inside the encoder: LoRA, everything, or nothing (Hu et al. 2021; the paper's section 3.2)."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn

from napari_geofm.errors import ModelError
from napari_geofm.nets.encoder import Encoder

__all__ = ["AdapterKind", "adapter_kind", "adapter_state", "add_adapter", "load_adapter_state", "merged_copy"]

AdapterKind = Literal["lora", "full", "frozen"]

# `proj` alone would also hit `patch_embed.proj`; some of timm's nets have three maps in the place of `qkv`.
_TARGETS = r"blocks\.\d+\.attn\.(qkv|q_proj|k_proj|v_proj|proj)"
_NAME = "default"


def add_adapter(encoder: Encoder, kind: AdapterKind, *, rank: int = 8, alpha: float = 8.0, seed: int = 0) -> Encoder:
    """Make an encoder trainable, in place.

    Parameters
    ----------
    encoder : Encoder
        Without adapter.
    kind : {"lora", "full", "frozen"}
        ``lora``: the update ``alpha / rank * B @ A`` on ``attn.qkv`` and ``attn.proj`` of every block, B starting at
        zero; 221,184 parameters for ViT-S/14 at rank 8. ``full``: all parameters. ``frozen``: none.
    rank, alpha
        Of LoRA. The paper uses rank 8 and alpha 1.
    seed : int
        Of LoRA's A; the global random state is left as it was.

    Returns
    -------
    Encoder
        The same object.

    Raises
    ------
    ModelError
        Where it has an adapter already, or the kind is unknown.
    """
    if kind not in {"lora", "full", "frozen"}:
        raise ModelError(f"Adapter '{kind}' is unknown; choose lora, full or frozen.")
    if any(_lora_layers(encoder)):
        raise ModelError(f"{encoder.spec.name} has an adapter already; build the encoder anew to add another.")
    encoder.requires_grad_(kind == "full")
    if kind == "lora":
        from peft import LoraConfig, inject_adapter_in_model

        _pass_through_qkv(encoder)
        # peft divides by the rank and takes any number, whatever its annotation says.
        scale = cast("int", alpha)
        config = LoraConfig(r=rank, lora_alpha=scale, target_modules=_TARGETS, lora_dropout=0.0, bias="none")
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            inject_adapter_in_model(config, encoder.vit, adapter_name=_NAME)
    return encoder


def _pass_through_qkv(encoder: Encoder) -> None:
    """Have every attention call its ``qkv`` as a module, as LoRA's update needs.

    Where timm keeps the bias apart from ``qkv`` (EVA, some DINOv3) it reads the weight past the module by default, so
    that an update of the module would never be seen and never be trained.
    """
    for block in encoder.blocks:
        attention: Any = getattr(block, "attn", None)
        if getattr(attention, "q_bias", None) is not None:
            attention.qkv_bias_separate = True


def adapter_kind(encoder: Encoder) -> AdapterKind:
    """Return which adapter an encoder has."""
    if any(_lora_layers(encoder)):
        return "lora"
    return "full" if any(parameter.requires_grad for parameter in encoder.parameters()) else "frozen"


def _lora_layers(encoder: Encoder) -> Iterator[tuple[str, Any]]:
    """Yield name and module of each adapted layer; a LoRA layer is known by its pair of tables."""
    for name, module in encoder.vit.named_modules():
        if isinstance(getattr(module, "lora_A", None), nn.ModuleDict):
            yield name, module


def adapter_state(encoder: Encoder) -> dict[str, Tensor]:
    """Return what has been trained inside the encoder.

    Returns
    -------
    dict of str to Tensor
        Copies on the CPU. LoRA: ``blocks.0.attn.qkv.lora_A.weight`` (rank, in) and ``.lora_B.weight`` (out, rank) for
        each layer; full: the whole ViT; frozen: empty.
    """
    kind = adapter_kind(encoder)
    if kind == "frozen":
        return {}
    state = encoder.vit.state_dict()
    if kind == "lora":
        state = {_plain(key): value for key, value in state.items() if ".lora_" in key}
    return {key: value.detach().to("cpu", copy=True).contiguous() for key, value in state.items()}


def _plain(key: str) -> str:
    """Return a tensor's name without peft's name of the adapter."""
    return key.replace(f".{_NAME}.", ".")


def load_adapter_state(encoder: Encoder, state: Mapping[str, Tensor]) -> None:
    """Put back what :func:`adapter_state` returned, in place.

    Parameters
    ----------
    encoder : Encoder
        With an adapter of the same kind and rank.
    state : mapping of str to Tensor
        All tensors and no other.

    Raises
    ------
    ModelError
        In one line: a tensor that is missing, unknown or of another shape. The encoder is left as it was.
    """
    kind = adapter_kind(encoder)
    own: dict[str, Tensor] = {} if kind == "frozen" else encoder.vit.state_dict()
    if kind == "lora":
        own = {_plain(key): value for key, value in own.items() if ".lora_" in key}
    wrong = sorted(own.keys() ^ state.keys())
    wrong += [key for key in own if key in state and own[key].shape != state[key].shape]
    if wrong:
        raise ModelError(
            f"The stored adapter does not fit {encoder.spec.name} with '{kind}' ({len(wrong)} tensors, first "
            f"'{wrong[0]}'); use the encoder, method and rank that the model was trained with."
        )
    with torch.no_grad():
        for key, value in own.items():
            value.copy_(state[key])


def merged_copy(encoder: Encoder) -> Encoder:
    """Return a copy for inference, the LoRA update added to the weights once and LoRA removed.

    The encoder itself is never merged: a merged LoRA layer gets no gradients.

    Returns
    -------
    Encoder
        In eval mode, nothing trainable; its maps equal the unmerged ones within 1e-4.
    """
    merged = copy.deepcopy(encoder).eval()
    for name, layer in list(_lora_layers(merged)):
        base = layer.get_base_layer()
        with torch.no_grad():
            base.weight.add_(layer.get_delta_weight(_NAME).to(base.weight.dtype))
        parent, _, child = name.rpartition(".")
        setattr(merged.vit.get_submodule(parent), child, base)
    if hasattr(merged.vit, "peft_config"):
        del merged.vit.peft_config
    return merged.requires_grad_(False)
