import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_geofm.core.loss_names import LOSSES
from napari_geofm.errors import RecipeError
from napari_geofm.nets.losses import anchoring, build_loss

NAMES = [*LOSSES, "dice+ce", "soft_dice+focal"]


def _scores(probabilities: list[list[float]]) -> torch.Tensor:
    """Return scores 1xCx1xN whose softmax is the given probabilities, one list a pixel."""
    return torch.tensor(probabilities).log().T[None, :, None, :].contiguous()


def test_equation_one_by_hand() -> None:
    """Three pixels of class 0, one of class 1, none of class 2, one unlabelled.

    n = (3, 1), so w = (1/3, 1) / (4/3) = (0.25, 0.75). Class 0: overlap 0.5 + 0.8 + 0.2 = 1.5, |P| = 1.5 + 0.1 = 1.6,
    |G| = 3: 3 / 4.6. Class 1: overlap 0.6, |P| = 0.25 + 0.1 + 0.7 + 0.6 = 1.65, |G| = 1: 1.2 / 2.65.
    """
    scores = _scores([[0.5, 0.25, 0.25], [0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.6, 0.3], [0.01, 0.98, 0.01]])
    labels = torch.tensor([[[0, 0, 0, 1, 255]]])
    expected = 1 - 0.25 * 3 / 4.6 - 0.75 * 1.2 / 2.65
    assert build_loss("dice")(scores, labels).item() == pytest.approx(expected, abs=1e-6)
    macro = 1 - 0.5 * 3 / 4.6 - 0.5 * 1.2 / 2.65
    assert build_loss("soft_dice")(scores, labels).item() == pytest.approx(macro, abs=1e-6)


def test_weights_are_each_samples_own() -> None:
    """A batch's loss is the mean of its samples', which one set of weights for the whole batch would not give."""
    torch.manual_seed(0)
    scores = torch.randn(2, 3, 4, 4)
    labels = torch.randint(0, 3, (2, 4, 4))
    labels[1, :3] = 2
    loss = build_loss("dice")
    parts = [loss(scores[i : i + 1], labels[i : i + 1]) for i in range(2)]
    torch.testing.assert_close(loss(scores, labels), torch.stack(parts).mean())


def test_cross_entropy_by_hand() -> None:
    scores = _scores([[0.5, 0.5], [0.25, 0.75], [0.9, 0.1]])
    labels = torch.tensor([[[0, 1, 255]]])
    nats = -torch.tensor([0.5, 0.75]).log()
    assert build_loss("ce")(scores, labels).item() == pytest.approx(nats.mean().item(), abs=1e-6)
    weighted = (nats * torch.tensor([1.0, 3.0])).sum() / 4
    assert build_loss("ce", [1.0, 3.0])(scores, labels).item() == pytest.approx(weighted.item(), abs=1e-6)
    focal = (nats * torch.tensor([0.5, 0.25]) ** 2).mean()
    assert build_loss("focal")(scores, labels).item() == pytest.approx(focal.item(), abs=1e-6)
    both = build_loss("dice")(scores, labels) + build_loss("ce", [1.0, 3.0])(scores, labels)
    torch.testing.assert_close(build_loss("dice+ce", [1.0, 3.0])(scores, labels), both)


@pytest.mark.parametrize("name", NAMES)
def test_an_unlabelled_sample_adds_nothing(name: str) -> None:
    torch.manual_seed(0)
    scores = torch.randn(2, 3, 4, 4, requires_grad=True)
    labels = torch.randint(0, 3, (2, 4, 4), dtype=torch.uint8)
    labels[1] = 255
    loss = build_loss(name)
    torch.testing.assert_close(loss(scores, labels), loss(scores[:1], labels[:1]))
    nothing = loss(scores, torch.full((2, 4, 4), 255))
    nothing.backward()
    assert nothing.item() == 0
    assert scores.grad is not None
    assert torch.equal(scores.grad, torch.zeros_like(scores))


@pytest.mark.parametrize("name", NAMES)
def test_unlabelled_pixels_have_no_gradient(name: str) -> None:
    torch.manual_seed(0)
    scores = torch.randn(1, 3, 5, 5, requires_grad=True)
    labels = torch.randint(0, 2, (1, 5, 5))
    labels[0, :, 2] = 255
    build_loss(name)(scores, labels).backward()
    assert scores.grad is not None
    assert torch.equal(scores.grad[..., 2], torch.zeros(1, 3, 5))
    assert (scores.grad[..., [0, 1, 3, 4]] != 0).any()


@pytest.mark.parametrize("name", NAMES)
def test_right_is_better_than_wrong(name: str) -> None:
    labels = torch.tensor([[[0, 0, 1], [2, 2, 255]]])
    right = 12.0 * torch.nn.functional.one_hot(labels.clamp(max=2), 3).movedim(-1, 1).float()
    loss = build_loss(name)
    assert loss(right, labels).item() == pytest.approx(0, abs=1e-3)
    assert loss(-right, labels) > 0.5


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from(NAMES), st.integers(1, 5), st.floats(0.0, 1.0))
def test_always_finite_and_never_negative(seed: int, name: str, classes: int, unlabelled: float) -> None:
    generator = torch.Generator().manual_seed(seed)
    scores = (50 * torch.randn(2, classes, 3, 4, generator=generator)).requires_grad_()
    labels = torch.randint(0, classes, (2, 3, 4), generator=generator)
    labels[torch.rand(2, 3, 4, generator=generator) < unlabelled] = 255
    value = build_loss(name)(scores, labels)
    value.backward()
    assert torch.isfinite(value)
    assert value >= -1e-6
    assert scores.grad is not None
    assert torch.isfinite(scores.grad).all()


LABELLED = st.integers(2, 5).flatmap(
    lambda classes: st.tuples(
        st.just(classes),
        st.integers(0, 2**31),
        st.sets(st.integers(0, classes - 1), min_size=1),
        st.floats(0.0, 0.9),
    )
)


def _drawn(drawn: tuple[int, int, set[int], float]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return scores 2xCx4x5 and labels of the given classes alone, some pixels without."""
    classes, seed, present, share = drawn
    generator = torch.Generator().manual_seed(seed)
    scores = 3 * torch.randn(2, classes, 4, 5, generator=generator)
    labels = torch.tensor(sorted(present))[torch.randint(0, len(present), (2, 4, 5), generator=generator)]
    labels[torch.rand(2, 4, 5, generator=generator) < share] = 255
    return scores, labels


@given(LABELLED, st.sampled_from(NAMES))
def test_a_pixel_that_nobody_labelled_is_as_one_that_is_not_there(
    drawn: tuple[int, int, set[int], float], name: str
) -> None:
    """Whatever the network says there; and the loss of all pixels is that of the labelled ones alone."""
    scores, labels = _drawn(drawn)
    loss, ignored = build_loss(name), (labels == 255)[:, None]
    shaken = torch.where(ignored, -7 * scores + 2, scores)
    torch.testing.assert_close(loss(shaken, labels), loss(scores, labels), rtol=0, atol=0)
    one, known = scores[:1], labels[:1] != 255
    if known.any():
        alone = one.permute(0, 2, 3, 1)[known].T[None, :, None, :].contiguous()
        torch.testing.assert_close(loss(alone, labels[:1][known][None, None]), loss(one, labels[:1]))


@given(LABELLED)
def test_dice_equals_that_computed_class_by_class(drawn: tuple[int, int, set[int], float]) -> None:
    """Equation 1 and the macro form as one writes them down, absent classes left out, one sample after the other."""
    scores, labels = _drawn(drawn)
    weighted, macro = [], []
    for each, truth in zip(scores.double().softmax(1), labels, strict=True):
        known = truth != 255
        counts = {k: int((truth == k).sum()) for k in range(drawn[0]) if (truth == k).any()}
        if not counts:
            continue
        dice = {k: 2 * each[k][truth == k].sum() / (each[k][known].sum() + n) for k, n in counts.items()}
        inverse = sum(1 / n for n in counts.values())
        weighted.append(1 - sum(dice[k] / n / inverse for k, n in counts.items()))
        macro.append(1 - sum(dice.values()) / len(dice))
    for name, parts in (("dice", weighted), ("soft_dice", macro)):
        expected = float(sum(parts)) / len(parts) if parts else 0.0
        assert float(build_loss(name)(scores, labels)) == pytest.approx(expected, abs=1e-5)


@given(LABELLED, st.sampled_from(NAMES))
def test_an_absent_class_costs_nothing_by_being_absent(drawn: tuple[int, int, set[int], float], name: str) -> None:
    """A class that nobody painted and the network never says changes nothing; nor does the order of the classes."""
    scores, labels = _drawn(drawn)
    loss = build_loss(name)
    more = torch.cat([scores, torch.full_like(scores[:, :1], -1e4)], 1)
    torch.testing.assert_close(loss(more, labels), loss(scores, labels))
    last = drawn[0] - 1
    turned = torch.where(labels == 255, labels, last - labels)
    torch.testing.assert_close(loss(scores.flip(1), turned), loss(scores, labels))


def test_sums_are_of_any_parts() -> None:
    torch.manual_seed(0)
    scores, labels = torch.randn(1, 3, 4, 4), torch.randint(0, 3, (1, 4, 4))
    both = build_loss("focal+soft_dice")(scores, labels)
    torch.testing.assert_close(both, build_loss("focal")(scores, labels) + build_loss("soft_dice")(scores, labels))


def test_half_precision_scores_are_summed_in_float32() -> None:
    scores = torch.zeros(1, 2, 300, 300, dtype=torch.bfloat16)
    value = build_loss("dice")(scores, torch.zeros(1, 300, 300, dtype=torch.uint8))
    assert value.dtype == torch.float32
    assert value.item() == pytest.approx(1 - 2 * 0.5 / 1.5, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("hinge", None),
        ("ce+ce", None),
        ("ce+", None),
        ("", None),
        ("ce", [1.0, -1.0]),
        ("ce", [0.0]),
        ("ce", [float("nan")]),
    ],
)
def test_what_cannot_be_built(name: str, weights: list[float] | None) -> None:
    with pytest.raises(RecipeError):
        build_loss(name, weights)


def test_anchoring_counts_only_where_nobody_has_painted() -> None:
    teacher = torch.zeros(1, 2, 2, 3)
    teacher[:, 0], teacher[:, 1] = 0.25, 0.75
    labels = torch.full((1, 2, 3), 255)
    scores = teacher.log()
    assert float(anchoring(scores, labels, teacher)) == pytest.approx(0, abs=1e-6)
    wrong = scores.clone()
    wrong[:, 0, 0, 0] += 5
    assert float(anchoring(wrong, labels, teacher)) > 0.1
    labels[0, 0, 0] = 1
    assert float(anchoring(wrong, labels, teacher)) == pytest.approx(0, abs=1e-6)
    # Nobody to follow, and nothing free: no number would be a loss that ends training.
    assert float(anchoring(wrong, labels, torch.zeros_like(teacher))) == 0
    assert float(anchoring(wrong, torch.zeros_like(labels), teacher)) == 0
