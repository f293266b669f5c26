"""A tuning is added to the weights once, and fits its encoder alone."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from napari_geofm.errors import ModelError
from napari_geofm.nets.encoder import Encoder, build_encoder
from napari_geofm.nets.tuning import save_tuning, tune

NAME = "vit_small_patch14_dinov2"


@pytest.fixture
def encoder() -> Encoder:
    return build_encoder(NAME, random=True, taps=(3, 6))


def update(rank: int = 4, scale: float = 0.02) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(1)
    return {
        "blocks.0.attn.qkv.lora_A.weight": scale * torch.randn(rank, 384, generator=generator),
        "blocks.0.attn.qkv.lora_B.weight": scale * torch.randn(1152, rank, generator=generator),
        "blocks.5.mlp.fc1.lora_A.weight": scale * torch.randn(rank, 384, generator=generator),
        "blocks.5.mlp.fc1.lora_B.weight": scale * torch.randn(1536, rank, generator=generator),
    }


def test_the_update_is_added_to_the_named_layers_alone(encoder: Encoder, tmp_path: Path) -> None:
    tensors = update()
    save_tuning(tmp_path / "t.safetensors", tensors, encoder=NAME, rank=4, alpha=8.0)
    before = {key: value.clone() for key, value in encoder.vit.state_dict().items()}
    tune(encoder.vit, encoder.spec, tmp_path / "t.safetensors")
    for key, value in encoder.vit.state_dict().items():
        name = key.removesuffix(".weight")
        if f"{name}.lora_A.weight" in tensors:
            half = [tensors[f"{name}.lora_{part}.weight"].half().float() for part in ("B", "A")]
            torch.testing.assert_close(value, before[key] + 2.0 * half[0] @ half[1])
        else:
            assert torch.equal(value, before[key]), key


@pytest.mark.parametrize(
    ("tensors", "encoder_name", "match"),
    [
        (update(), "vit_base_patch14_dinov2", "is of encoder vit_base_patch14_dinov2, not of vit_small"),
        ({key.replace("blocks.0", "blocks.99"): value for key, value in update().items()}, NAME, "does not fit"),
        ({key: value for key, value in update().items() if "lora_B" not in key}, NAME, "does not fit"),
        ({key: value * torch.nan for key, value in update().items()}, NAME, "not finite"),
    ],
)
def test_another_one_is_refused_in_a_line(
    encoder: Encoder, tmp_path: Path, tensors: dict[str, Tensor], encoder_name: str, match: str
) -> None:
    save_tuning(tmp_path / "t.safetensors", tensors, encoder=encoder_name, rank=4, alpha=8.0)
    with pytest.raises(ModelError, match=match) as caught:
        tune(encoder.vit, encoder.spec, tmp_path / "t.safetensors")
    assert "\n" not in str(caught.value)


def test_a_damaged_file_is_refused_in_a_line(encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "t.safetensors").write_bytes(b"no tensors at all")
    with pytest.raises(ModelError, match="cannot be read"):
        tune(encoder.vit, encoder.spec, tmp_path / "t.safetensors")
