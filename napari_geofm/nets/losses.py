"""Losses on partly labelled pictures: a pixel labelled 255 counts nowhere.

All take scores (logits) BxCxHxW and labels BxHxW (integers 0..C-1 or 255), compute in float32 and return a scalar.
A sample without a labelled pixel adds nothing; a batch without one gives 0, with gradients that are 0.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_geofm.core.loss_names import loss_parts
from napari_geofm.errors import RecipeError

__all__ = [
    "IGNORED",
    "CrossEntropy",
    "Focal",
    "SoftDice",
    "SumOfLosses",
    "WeightedDice",
    "anchoring",
    "build_loss",
]

IGNORED = 255
"""Label of a pixel that nobody labelled."""


def _overlap(scores: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Return Dice coefficient and labelled pixels of each class in each sample, both BxC of float32.

    Where a class is absent its coefficient is 0.
    """
    probability = scores.float().softmax(dim=1)
    # A comparison, not an index: deterministic on every device, and 255 matches no class.
    classes = torch.arange(scores.shape[1], device=labels.device)[None, :, None, None]
    truth = (labels[:, None] == classes).float()
    labelled = (labels != IGNORED)[:, None].float()
    count = truth.sum(dim=(2, 3))
    both = (probability * truth).sum(dim=(2, 3))
    predicted = (probability * labelled).sum(dim=(2, 3))
    present = count > 0
    return torch.where(present, 2 * both / torch.where(present, predicted + count, 1.0), 0.0), count


def _mean_of_labelled(loss: Tensor, count: Tensor) -> Tensor:
    """Return the mean of the losses (B) of the samples that have labels; 0 where none has."""
    has = (count.sum(dim=1) > 0).float()
    return (loss * has).sum() / has.sum().clamp(min=1.0)


class WeightedDice(nn.Module):
    """The paper's equation 1: Dice, each class weighted by the inverse of its pixels in the sample.

    ``L = 1 - sum_k w_k 2 |P_k and G_k| / (|P_k| + |G_k|)`` with ``w_k = (1 / n_k) / sum_j (1 / n_j)``; P_k is the
    probability (softmax) on labelled pixels, n_k the number of pixels labelled k in this sample. A class that is
    absent from the sample has weight 0.
    """

    def forward(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return the loss, a scalar 0..1, from scores BxCxHxW and labels BxHxW."""
        dice, count = _overlap(scores, labels)
        inverse = torch.where(count > 0, 1.0 / count.clamp(min=1.0), 0.0)
        weight = inverse / inverse.sum(dim=1, keepdim=True).clamp(min=torch.finfo(torch.float32).tiny)
        return _mean_of_labelled(1.0 - (weight * dice).sum(dim=1), count)


class SoftDice(nn.Module):
    """Macro soft Dice: the mean over the classes that are present in a sample, all of the same weight."""

    def forward(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return the loss, a scalar 0..1, from scores BxCxHxW and labels BxHxW."""
        dice, count = _overlap(scores, labels)
        present = (count > 0).sum(dim=1).clamp(min=1)
        return _mean_of_labelled(1.0 - dice.sum(dim=1) / present, count)


class CrossEntropy(nn.Module):
    """Cross entropy: the weighted mean over all labelled pixels of the batch.

    Parameters
    ----------
    class_weights : Tensor of float32, shape (C,), optional
        By default all 1.
    focus : float
        Exponent of ``1 - p``, by which pixels that are already right count less; 0 for plain cross entropy.
    """

    class_weights: Tensor | None

    def __init__(self, class_weights: Tensor | None = None, focus: float = 0.0) -> None:
        super().__init__()
        self.register_buffer("class_weights", class_weights)
        self.focus = focus

    def forward(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return the loss, a scalar in nats, from scores BxCxHxW and labels BxHxW."""
        labelled = labels != IGNORED
        target = torch.where(labelled, labels, 0).long()
        surprise = functional.cross_entropy(scores.float(), target, reduction="none")
        if self.focus:
            surprise = surprise * (1.0 - torch.exp(-surprise)) ** self.focus
        weight = labelled.float()
        if self.class_weights is not None:
            weight = weight * self.class_weights[target]
        return (surprise * weight).sum() / weight.sum().clamp(min=torch.finfo(torch.float32).tiny)


class Focal(CrossEntropy):
    """Cross entropy times ``(1 - p) ** 2`` (Lin et al. 2017).

    Parameters
    ----------
    class_weights : Tensor of float32, shape (C,), optional
        By default all 1.
    """

    def __init__(self, class_weights: Tensor | None = None) -> None:
        super().__init__(class_weights, focus=2.0)


class SumOfLosses(nn.Module):
    """The sum of several losses.

    Parameters
    ----------
    *parts : nn.Module
        Losses with the same inputs.
    """

    def __init__(self, *parts: nn.Module) -> None:
        super().__init__()
        self.parts = nn.ModuleList(parts)

    def forward(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return the sum, a scalar, from scores BxCxHxW and labels BxHxW."""
        return torch.stack([part(scores, labels) for part in self.parts]).sum()


_BUILDERS: dict[str, Callable[[Tensor | None], nn.Module]] = {
    "dice": lambda _: WeightedDice(),
    "soft_dice": lambda _: SoftDice(),
    "ce": CrossEntropy,
    "focal": Focal,
}


def build_loss(name: str, class_weights: Sequence[float] | None = None) -> nn.Module:
    """Build a loss.

    Parameters
    ----------
    name : str
        One of :data:`~napari_geofm.core.loss_names.LOSSES`, or a sum of several, as in ``dice+ce``.
    class_weights : sequence of float, optional
        For cross entropy and focal loss; both Dice losses weigh classes by their own rule.

    Returns
    -------
    nn.Module
        ``loss(scores BxCxHxW, labels BxHxW) -> scalar``; move it to the device of the scores.

    Raises
    ------
    RecipeError
        Where the name is unknown or a weight is negative or not finite.
    """
    parts = loss_parts(name)
    weights = None if class_weights is None else torch.tensor(list(class_weights), dtype=torch.float32)
    if weights is not None and not (torch.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
        raise RecipeError(f"Class weights {list(class_weights or ())} cannot be used; give numbers from 0, not all 0.")
    built = [_BUILDERS[part](weights) for part in parts]
    return built[0] if len(built) == 1 else SumOfLosses(*built)


def anchoring(scores: Tensor, labels: Tensor, teacher: Tensor) -> Tensor:
    """Return the mean divergence from the teacher where nobody has painted (Kullback and Leibler, in nats).

    Parameters
    ----------
    scores
        ``BxCxHxW``.
    labels
        int64 ``BxHxW``, 255 unlabelled.
    teacher
        Probabilities ``BxCxHxW``, all 0 where there are none.
    """
    free = (labels == IGNORED) & (teacher.sum(1) > 0.5)
    divergence = functional.kl_div(scores.float().log_softmax(1), teacher, reduction="none").sum(1)
    return (divergence * free).sum() / free.sum().clamp(min=1)
