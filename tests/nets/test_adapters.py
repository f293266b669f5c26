import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
import timm
import torch

from napari_geofm.errors import ModelError
from napari_geofm.nets.adapters import adapter_kind, adapter_state, add_adapter, load_adapter_state, merged_copy
from napari_geofm.nets.encoder import Encoder, build_encoder
from napari_geofm.nets.encoder_spec import ENCODERS, encoder_spec
from napari_geofm.nets.model import trainable_count

MakeEncoder = Callable[[], Encoder]


def _train_a_little(encoder: Encoder) -> None:
    optimiser = torch.optim.AdamW([p for p in encoder.parameters() if p.requires_grad], lr=1e-2)
    generator = torch.Generator().manual_seed(0)
    encoder.train()
    for _ in range(4):
        optimiser.zero_grad()
        loss = encoder(torch.rand(2, 1, 28, 28, generator=generator))[-1].square()[:, ::2].mean()
        loss.backward()
        optimiser.step()
    encoder.eval()


def test_vit_small_gets_the_papers_count() -> None:
    encoder = add_adapter(build_encoder(random=True), "lora", rank=8, alpha=1)
    assert trainable_count(encoder) == 221_184
    assert len(adapter_state(encoder)) == 12 * 2 * 2
    assert not any("patch_embed" in name or "mlp" in name for name in adapter_state(encoder))


def test_a_new_adapter_changes_nothing_and_a_trained_one_does(make_tiny_encoder: MakeEncoder) -> None:
    plain, adapted = make_tiny_encoder(), add_adapter(make_tiny_encoder(), "lora")
    x = torch.rand(1, 1, 42, 42)
    with torch.inference_mode():
        torch.testing.assert_close(adapted(x)[-1], plain(x)[-1], rtol=0, atol=1e-6)
    before = {name: p.clone() for name, p in adapted.named_parameters() if not p.requires_grad}
    _train_a_little(adapted)
    with torch.inference_mode():
        assert (adapted(x)[-1] - plain(x)[-1]).abs().max() > 1e-2
    for name, parameter in adapted.named_parameters():
        if name in before:
            assert torch.equal(parameter, before[name]), name


def test_the_update_is_alpha_over_rank(make_tiny_encoder: MakeEncoder) -> None:
    encoder = add_adapter(make_tiny_encoder(), "lora", rank=4, alpha=1)
    _train_a_little(encoder)
    state, key = adapter_state(encoder), "blocks.2.attn.qkv"
    update = state[f"{key}.lora_B.weight"] @ state[f"{key}.lora_A.weight"] / 4
    merged = merged_copy(encoder).vit.blocks[2].attn.qkv.weight
    torch.testing.assert_close(merged - make_tiny_encoder().vit.blocks[2].attn.qkv.weight, update, rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", ["lora", "full"])
def test_state_goes_round(make_tiny_encoder: MakeEncoder, kind: str) -> None:
    encoder = add_adapter(make_tiny_encoder(), kind)  # type: ignore[arg-type]
    _train_a_little(encoder)
    again = add_adapter(make_tiny_encoder(), kind, seed=9)  # type: ignore[arg-type]
    load_adapter_state(again, adapter_state(encoder))
    x = torch.rand(1, 1, 28, 28)
    with torch.inference_mode():
        assert torch.equal(again(x)[-1], encoder(x)[-1])
    assert adapter_kind(again) == kind


def test_a_merged_copy_equals_the_unmerged(make_tiny_encoder: MakeEncoder) -> None:
    encoder = add_adapter(make_tiny_encoder(), "lora")
    _train_a_little(encoder)
    merged, x = merged_copy(encoder), torch.rand(2, 1, 28, 56)
    with torch.inference_mode():
        for ours, theirs in zip(merged(x), encoder(x), strict=True):
            torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-4)
    assert merged.vit.state_dict().keys() == make_tiny_encoder().vit.state_dict().keys()
    assert (adapter_kind(merged), trainable_count(merged)) == ("frozen", 0)
    # The original still learns, which a merged one would not.
    before = adapter_state(encoder)
    _train_a_little(encoder)
    assert any(not torch.equal(before[key], value) for key, value in adapter_state(encoder).items())


def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(make_tiny_encoder: MakeEncoder) -> None:
    encoder = add_adapter(make_tiny_encoder(), "lora", rank=8)
    before = adapter_state(encoder)
    short = adapter_state(add_adapter(make_tiny_encoder(), "lora", rank=4))
    missing = dict(list(before.items())[1:])
    for state in (short, missing, before | {"more": torch.zeros(1)}, {}):
        with pytest.raises(ModelError, match="does not fit"):
            load_adapter_state(encoder, state)
    for key, value in adapter_state(encoder).items():
        assert torch.equal(value, before[key])


def test_frozen_and_full(make_tiny_encoder: MakeEncoder) -> None:
    frozen, full = add_adapter(make_tiny_encoder(), "frozen"), add_adapter(make_tiny_encoder(), "full")
    assert (trainable_count(frozen), adapter_state(frozen), adapter_kind(frozen)) == (0, {}, "frozen")
    assert trainable_count(full) == sum(p.numel() for p in full.parameters())
    load_adapter_state(frozen, {})


def test_twice_or_unknown_is_refused(make_tiny_encoder: MakeEncoder) -> None:
    with pytest.raises(ModelError, match="already"):
        add_adapter(add_adapter(make_tiny_encoder(), "lora"), "lora")
    with pytest.raises(ModelError, match="choose lora, full or frozen"):
        add_adapter(make_tiny_encoder(), "dora")  # type: ignore[arg-type]


def test_the_start_is_seeded(make_tiny_encoder: MakeEncoder) -> None:
    state = torch.random.get_rng_state()
    one, same, other = (adapter_state(add_adapter(make_tiny_encoder(), "lora", seed=s)) for s in (1, 1, 2))
    assert torch.equal(torch.random.get_rng_state(), state)
    key = "blocks.0.attn.qkv.lora_A.weight"
    assert torch.equal(one[key], same[key])
    assert not torch.equal(one[key], other[key])


FAMILIES = {
    "test_vit": "plain",
    "test_vit3": "pooled by attention",
    "vit_small_patch14_reg4_dinov2": "registers",
    "vit_small_patch16_dinov3": "rotary positions",
    "vit_small_patch16_dinov3_qkvb": "a bias apart from qkv",
    "vit_small_plus_patch16_dinov3": "a gated MLP",
    "eva02_tiny_patch14_224": "EVA",
}


def small(name: str) -> Encoder:
    """Return an encoder of a family, of two blocks and 48 channels."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        vit = timm.create_model(
            name, pretrained=False, num_classes=0, dynamic_img_size=True, depth=2, embed_dim=48, num_heads=3
        )
    with torch.no_grad():
        for key, value in vit.named_parameters():
            if key.rpartition(".")[2] in {"gamma", "gamma_1", "gamma_2"}:
                value.fill_(1.0)
    spec = dataclasses.replace(encoder_spec(name), dim=48, depth=2, heads=3)
    return Encoder(vit, spec, (1, 2)).eval().requires_grad_(False)


@pytest.mark.parametrize("name", FAMILIES, ids=FAMILIES.values())
def test_every_layer_of_every_family_learns_and_merges(name: str) -> None:
    encoder = add_adapter(small(name), "lora", rank=2)
    x = torch.rand(1, 3, 2 * encoder.patch_px, 3 * encoder.patch_px)
    tables = {key: value for key, value in encoder.named_parameters() if "lora_B" in key}
    assert len(tables) == 2 * encoder.spec.depth
    encoder(x)[-1].square()[:, ::2].mean().backward()
    for key, value in tables.items():
        assert value.grad is not None, key
        assert value.grad.abs().max() > 0, key
    with torch.no_grad():
        for value in tables.values():
            value.normal_(std=0.1)
    merged = merged_copy(encoder)
    with torch.inference_mode():
        for ours, theirs in zip(merged(x), encoder(x), strict=True):
            torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-4)
        assert (merged(x)[-1] - small(name)(x)[-1]).abs().max() > 1e-2


@pytest.mark.weights
def test_with_the_real_weights_a_merged_copy_equals_the_unmerged(dinov2_weights: Path) -> None:
    encoder = add_adapter(build_encoder(weights=dinov2_weights), "lora")
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, value in encoder.named_parameters():
            if "lora_B" in name:
                value.copy_(0.01 * torch.randn(value.shape, generator=generator))
    x = torch.rand(1, 3, 126, 98, generator=generator)
    merged = merged_copy(encoder)
    with torch.inference_mode():
        plain = build_encoder(weights=dinov2_weights)(x)[-1]
        for ours, theirs in zip(merged(x), encoder(x), strict=True):
            torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-4)
        assert (merged(x)[-1] - plain).abs().mean() > 0.05


def test_separate_maps_of_query_key_and_value_are_adapted_too() -> None:
    from timm.models.eva import Eva

    vit = Eva(img_size=28, patch_size=14, embed_dim=24, depth=2, num_heads=2, num_classes=0, qkv_fused=False)
    spec = dataclasses.replace(ENCODERS["vit_small_patch14_dinov2"], name="vit_test", dim=24, depth=2)
    encoder = add_adapter(Encoder(vit, spec, (2,)), "lora", rank=2)
    names = {key.split(".attn.")[1].split(".lora")[0] for key in adapter_state(encoder)}
    assert names == {"q_proj", "k_proj", "v_proj", "proj"}


@pytest.mark.parametrize(
    ("name", "lora"),
    [
        ("vit_base_patch14_dinov2", 442_368),
        ("vit_large_patch14_dinov2", 1_179_648),
        ("vit_giant_patch14_dinov2", 2_949_120),
        ("vit_large_patch14_reg4_dinov2", 1_179_648),
        ("vit_large_patch16_dinov3", 1_179_648),
    ],
)
def test_counts_of_large_nets_without_giving_them_memory(name: str, lora: int) -> None:
    spec = encoder_spec(name)
    with torch.device("meta"):
        vit = timm.create_model(name, pretrained=False, num_classes=0)
        encoder = add_adapter(Encoder(vit, spec), "lora", rank=8)
    assert trainable_count(encoder) == lora == spec.depth * 8 * (4 * spec.dim + 2 * spec.dim)
