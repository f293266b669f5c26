from typing import Any

import pytest
import timm
import torch

from napari_geofm.errors import WeightsError
from napari_geofm.nets.encoder_spec import ENCODERS, EncoderSpec, encoder_spec


@pytest.mark.parametrize("spec", ENCODERS.values(), ids=lambda spec: spec.name)
def test_numbers_are_timms(spec: EncoderSpec) -> None:
    with torch.device("meta"):
        model: Any = timm.create_model(spec.name, pretrained=False, num_classes=0)
    assert spec.shapes() == {key: tuple(tensor.shape) for key, tensor in model.state_dict().items()}
    assert spec.parameters == sum(parameter.numel() for parameter in model.parameters())
    assert (spec.dim, spec.depth, spec.heads) == (model.embed_dim, len(model.blocks), model.blocks[0].attn.num_heads)
    assert model.patch_embed.patch_size == (spec.patch_px, spec.patch_px)
    assert model.num_prefix_tokens == spec.registers + 1
    cfg = model.pretrained_cfg
    assert (cfg["hf_hub_id"], cfg["license"], cfg["input_size"][-1]) == (
        spec.hub_repo,
        spec.licence,
        spec.train_px,
    )


def test_vit_small_has_the_papers_numbers() -> None:
    spec = encoder_spec("vit_small_patch14_dinov2.lvd142m")
    assert spec.parameters == 22_056_192
    assert spec.taps == (3, 6, 9, 12)
    assert encoder_spec("vit_giant_patch14_dinov2").taps == (10, 20, 30, 40)


def test_any_vit_of_timms_goes_through() -> None:
    spec = encoder_spec("vit_tiny_patch16_224")
    assert (spec.dim, spec.depth, spec.heads, spec.patch_px, spec.train_px) == (192, 12, 3, 16, 224)
    assert spec.hub_repo.startswith("timm/vit_tiny_patch16_224.")


@pytest.mark.parametrize("name", ["vit_smal_patch14_dinov2", "resnet50", "vit_small_patch14_dinov2.nothing", ""])
def test_unknown_names_are_refused_in_one_line(name: str) -> None:
    with pytest.raises(WeightsError) as caught:
        encoder_spec(name)
    assert "\n" not in str(caught.value)
    assert "'" in str(caught.value)


@pytest.mark.parametrize("name", ["beit_base_patch16_224", "vit_relpos_small_patch16_224"])
def test_nets_of_one_size_are_refused_in_one_line(name: str) -> None:
    with pytest.raises(WeightsError, match="pictures of one size only"):
        encoder_spec(name)
