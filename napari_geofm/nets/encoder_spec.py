"""What is known of each encoder before a byte of it is read; free of torch for the encoders named here."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from napari_geofm.errors import EncoderError

__all__ = ["DEFAULT_ENCODER", "ENCODERS", "EncoderSpec", "encoder_spec"]

DEFAULT_ENCODER = "vit_small_patch14_dinov2"

N_TAPS = 4


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """One vision transformer.

    Parameters
    ----------
    name : str
        timm's name without the tag, e.g. ``vit_small_patch14_dinov2``.
    tag : str
        timm's name of the pretrained weights, e.g. ``lvd142m``; empty where timm lists none.
    dim, depth, heads : int
        Channels of a token, number of blocks, attention heads.
    patch_px : int
        Edge of a patch in pixels; inputs are multiples of it.
    train_px : int
        Edge in pixels of the square input that the position embedding was made for.
    registers : int
        Register tokens beside the class token.
    mlp_dim : int
        Channels in the middle of a block's MLP.
    gated_mlp : bool
        True where the MLP is a packed SwiGLU (DINOv2 giant).
    family : str
        ``dinov2`` or ``timm``; for ``dinov2`` the tensors are known without importing timm.
    licence : str
        Licence of the weights, as timm gives it.
    """

    name: str
    tag: str
    dim: int
    depth: int
    heads: int
    patch_px: int
    train_px: int
    registers: int
    mlp_dim: int
    gated_mlp: bool
    family: str
    licence: str

    @property
    def timm_name(self) -> str:
        """Timm's full name, with the tag."""
        return f"{self.name}.{self.tag}" if self.tag else self.name

    @property
    def hub_repo(self) -> str:
        """Repository on the Hugging Face hub."""
        return f"timm/{self.timm_name}"

    @property
    def taps(self) -> tuple[int, ...]:
        """Blocks whose output is tapped, counted from 1: 3, 6, 9, 12 for 12 blocks, evenly spaced in deeper nets.

        Examples
        --------
        >>> encoder_spec("vit_small_patch14_dinov2").taps
        (3, 6, 9, 12)
        >>> encoder_spec("vit_large_patch14_dinov2").taps
        (6, 12, 18, 24)
        """
        return tuple(round(self.depth * (i + 1) / N_TAPS) for i in range(N_TAPS))

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the name and shape of every tensor of the timm model (``num_classes=0``, ``img_size=train_px``).

        Returns
        -------
        dict of str to tuple of int
            Computed for the family ``dinov2``; asked of timm (which imports torch) otherwise.
        """
        return _dinov2_shapes(self) if self.family == "dinov2" else _timm_shapes(self.name)

    @property
    def parameters(self) -> int:
        """Number of parameters; 22,056,192 for DINOv2 ViT-S/14, whose mask token is not counted."""
        total = 0
        for shape in self.shapes().values():
            count = 1
            for size in shape:
                count *= size
            total += count
        return total


def _dinov2_shapes(spec: EncoderSpec) -> dict[str, tuple[int, ...]]:
    """Return the tensors of a DINOv2 net as timm names them."""
    d, n_tokens = spec.dim, (spec.train_px // spec.patch_px) ** 2
    shapes: dict[str, tuple[int, ...]] = {"cls_token": (1, 1, d)}
    if spec.registers:
        shapes["reg_token"] = (1, spec.registers, d)
    # Nets with registers add the class token's position to the token itself, so their embedding is one row shorter.
    shapes["pos_embed"] = (1, n_tokens + (0 if spec.registers else 1), d)
    shapes |= {"patch_embed.proj.weight": (d, 3, spec.patch_px, spec.patch_px), "patch_embed.proj.bias": (d,)}
    wide = 2 * spec.mlp_dim if spec.gated_mlp else spec.mlp_dim
    block: dict[str, tuple[int, ...]] = {
        "norm1.weight": (d,),
        "norm1.bias": (d,),
        "attn.qkv.weight": (3 * d, d),
        "attn.qkv.bias": (3 * d,),
        "attn.proj.weight": (d, d),
        "attn.proj.bias": (d,),
        "ls1.gamma": (d,),
        "norm2.weight": (d,),
        "norm2.bias": (d,),
        "mlp.fc1.weight": (wide, d),
        "mlp.fc1.bias": (wide,),
        "mlp.fc2.weight": (d, spec.mlp_dim),
        "mlp.fc2.bias": (d,),
        "ls2.gamma": (d,),
    }
    shapes |= {f"blocks.{i}.{key}": shape for i in range(spec.depth) for key, shape in block.items()}
    return shapes | {"norm.weight": (d,), "norm.bias": (d,)}


def _timm_shapes(name: str) -> dict[str, tuple[int, ...]]:
    """Ask timm for the tensors of any of its ViTs, without giving them memory."""
    import timm
    import torch

    with torch.device("meta"):
        model = timm.create_model(name, pretrained=False, num_classes=0)
    return {key: tuple(tensor.shape) for key, tensor in model.state_dict().items()}


def _dinov2(size: str, dim: int, depth: int, heads: int, mlp_dim: int) -> list[EncoderSpec]:
    """Return the two nets of one size: without registers and with four."""
    gated = size == "giant"
    return [
        EncoderSpec(
            f"vit_{size}_patch14_{middle}dinov2", "lvd142m", dim, depth, heads, 14, 518, registers, mlp_dim, gated,
            "dinov2", "apache-2.0",
        )
        for middle, registers in (("", 0), ("reg4_", 4))
    ]  # fmt: skip


def _dinov3(size: str, dim: int, depth: int, heads: int, mlp_dim: int) -> EncoderSpec:
    """Return one DINOv3 net: rotary positions, patches of 16 pixels, four registers."""
    return EncoderSpec(
        f"vit_{size}_patch16_dinov3", "lvd1689m", dim, depth, heads, 16, 256, 4, mlp_dim, "plus" in size,
        "timm", "dinov3-license",
    )  # fmt: skip


ENCODERS: dict[str, EncoderSpec] = {
    spec.name: spec
    for spec in (
        *_dinov2("small", 384, 12, 6, 1536),
        *_dinov2("base", 768, 12, 12, 3072),
        *_dinov2("large", 1024, 24, 16, 4096),
        *_dinov2("giant", 1536, 40, 24, 4096),
        _dinov3("small", 384, 12, 6, 1536),
        _dinov3("small_plus", 384, 12, 6, 1536),
        _dinov3("base", 768, 12, 12, 3072),
        _dinov3("large", 1024, 24, 16, 4096),
        _dinov3("huge_plus", 1280, 32, 20, 5120),
    )
}
"""The encoders that are known by name, keyed by their short name."""


def encoder_spec(name: str) -> EncoderSpec:
    """Return what is known of an encoder.

    Parameters
    ----------
    name : str
        timm's name with or without the tag; any ViT of timm's beside those in :data:`ENCODERS`.

    Raises
    ------
    EncoderError
        Where timm has no such ViT.

    Examples
    --------
    >>> encoder_spec("vit_small_patch14_dinov2.lvd142m").hub_repo
    'timm/vit_small_patch14_dinov2.lvd142m'
    """
    short, _, tag = name.partition(".")
    known = ENCODERS.get(short)
    if known is not None and tag in {"", known.tag}:
        return known
    return _spec_from_timm(short, tag)


def _spec_from_timm(short: str, tag: str) -> EncoderSpec:
    """Read the numbers of an encoder off timm's own model."""
    import timm
    import torch

    if not short.startswith(("vit_", "deit", "eva", "beit", "test_vit")) or not timm.is_model(short):
        near = get_close_matches(short, [*ENCODERS, *timm.list_models("vit_*")], n=1) or [DEFAULT_ENCODER]
        raise EncoderError(f"Encoder '{short}' is not a ViT that timm has; the nearest name is '{near[0]}'.")
    tags = [full.partition(".")[2] for full in timm.list_pretrained(f"{short}.*")]
    if tag and tag not in tags:
        raise EncoderError(f"Encoder '{short}' has no weights '{tag}'; timm lists {', '.join(tags) or 'none'}.")
    try:
        with torch.device("meta"):
            model: Any = timm.create_model(short, pretrained=False, num_classes=0, dynamic_img_size=True)
    except TypeError:
        line = f"Encoder '{short}' takes pictures of one size only; choose e.g. '{DEFAULT_ENCODER}'."
        raise EncoderError(line) from None
    if not hasattr(model, "blocks") or not hasattr(model, "forward_intermediates"):
        raise EncoderError(f"Encoder '{short}' is not a plain ViT with blocks; choose e.g. '{DEFAULT_ENCODER}'.")
    cfg = model.pretrained_cfg
    return EncoderSpec(
        name=short,
        tag=tag or (tags[0] if tags else ""),
        dim=int(model.embed_dim),
        depth=len(model.blocks),
        heads=int(model.blocks[0].attn.num_heads),
        patch_px=int(model.patch_embed.patch_size[0]),
        train_px=int(cfg["input_size"][-1]),
        registers=max(int(model.num_prefix_tokens) - 1, 0),
        mlp_dim=int(model.blocks[0].mlp.fc2.in_features),
        gated_mlp=False,
        family="timm",
        licence=str(cfg.get("license") or "unknown"),
    )
