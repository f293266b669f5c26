from collections.abc import Callable

import pytest
import torch

from napari_geofm.errors import ModelError
from napari_geofm.nets.adapters import adapter_kind, adapter_state, add_adapter, load_adapter_state, merged_copy
from napari_geofm.nets.encoder import Encoder, build_encoder
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
