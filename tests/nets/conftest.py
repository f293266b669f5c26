"""A ViT that is small enough to train in a test, and an encoder's weights that are small enough to write."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from napari_geofm.nets.encoder import Encoder
from napari_geofm.nets.encoder_spec import ENCODERS, EncoderSpec

MakeEncoder = Callable[[], Encoder]


@pytest.fixture
def make_tiny_encoder() -> MakeEncoder:
    """Return a maker of encoders of 4 blocks and 48 channels, patches of 14 px; each call gives the same weights."""

    def make() -> Encoder:
        from timm.models.vision_transformer import VisionTransformer

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(3)
            vit = VisionTransformer(
                img_size=56,
                patch_size=14,
                embed_dim=48,
                depth=4,
                num_heads=3,
                num_classes=0,
                init_values=1.0,
                dynamic_img_size=True,
            )
        spec = EncoderSpec("vit_test", "", 48, 4, 3, 14, 56, 0, 192, False, "timm", "none")
        return Encoder(vit, spec).eval().requires_grad_(False)

    return make


@pytest.fixture
def tiny_spec(monkeypatch: pytest.MonkeyPatch) -> EncoderSpec:
    """Return a registered encoder whose weights take 30 kB."""
    spec = dataclasses.replace(
        ENCODERS["vit_small_patch14_dinov2"],
        name="vit_test_dinov2",
        tag="t",
        dim=12,
        depth=2,
        heads=2,
        train_px=28,
        mlp_dim=24,
    )
    monkeypatch.setitem(ENCODERS, spec.name, spec)
    return spec


@pytest.fixture
def tiny_tensors(tiny_spec: EncoderSpec) -> dict[str, NDArray[np.float32]]:
    """Return random tensors of ``tiny_spec``."""
    rng = np.random.default_rng(0)
    return {name: rng.standard_normal(shape).astype(np.float32) for name, shape in tiny_spec.shapes().items()}
