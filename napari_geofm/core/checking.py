"""How a recipe's values are refused: in one line with key, value and rule."""

from napari_geofm.errors import RecipeError

__all__ = ["check"]


def check(fine: bool, key: str, value: object, rule: str) -> None:
    """Refuse a value.

    Raises
    ------
    RecipeError
        When it is not fine; the line names key, value and rule.
    """
    if not fine:
        msg = f"Recipe value {key} = {value}: must be {rule}"
        raise RecipeError(msg)
