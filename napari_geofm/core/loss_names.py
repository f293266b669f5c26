"""The losses by the names that recipes and the command line use; free of torch, which computes them."""

from napari_geofm.errors import RecipeError

__all__ = ["LOSSES", "loss_parts"]

LOSSES = {
    "dice": "weighted Dice, equation 1 of the paper",
    "soft_dice": "macro soft Dice, every class of the same weight",
    "ce": "cross entropy",
    "focal": "cross entropy times (1 - p)^2",
}
"""What each name means; a sum of several is written with +, as in ``dice+ce``."""


def loss_parts(name: str) -> tuple[str, ...]:
    """Return the losses of a sum.

    Raises
    ------
    RecipeError
        When one is unknown or named twice.

    Examples
    --------
    >>> loss_parts("dice+ce"), loss_parts("focal")
    (('dice', 'ce'), ('focal',))
    """
    parts = tuple(name.split("+"))
    if not set(parts) <= set(LOSSES) or len(set(parts)) < len(parts):
        rule = f"one of {', '.join(LOSSES)}, or a sum of different ones, as in dice+ce"
        raise RecipeError(f"Recipe value training.loss = {name}: must be {rule}")
    return parts
