"""Dataclasses from tables of a file: unknown keys and wrong types are refused by name."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from napari_geofm.errors import RecipeError

__all__ = ["read_table"]

D = TypeVar("D")


def read_table(kind: type[D], plain: Mapping[str, Any], where: str) -> D:
    """Build a dataclass from a table.

    Parameters
    ----------
    kind
        The dataclass; its field ``classes``, if any, is read elsewhere.
    plain
        The table.
    where
        Its name in the file, for messages.

    Raises
    ------
    RecipeError
        When a key is unknown or missing, or a value has the wrong type.
    """
    hints = typing.get_type_hints(kind)
    known = {item.name: hints[item.name] for item in dataclasses.fields(kind)}  # type: ignore[arg-type]
    known.pop("classes", None)
    unknown = sorted(set(plain) - set(known))
    if unknown:
        prefix = f"{where}." if where else ""
        near = _nearest(unknown[0], known, prefix)
        meant = f"; the nearest is '{near}'" if near else ""
        msg = f"Recipe key '{prefix}{unknown[0]}' is unknown{meant}; known are {', '.join(sorted(known))}"
        raise RecipeError(msg)
    values = {key: _value(known[key], value, f"{where}.{key}" if where else key) for key, value in plain.items()}
    try:
        return kind(**values)
    except TypeError:
        missing = [
            item.name
            for item in dataclasses.fields(kind)  # type: ignore[arg-type]
            if item.name not in values and item.default is item.default_factory is dataclasses.MISSING
        ]
        msg = f"Recipe table '{where}' lacks {', '.join(missing)}"
        raise RecipeError(msg) from None


def _nearest(word: str, known: Mapping[str, Any], prefix: str) -> str:
    """Return the key that a slip of the pen, or a key in the wrong table, was meant for; empty where none is near."""
    keys = {key: prefix + key for key in known}
    for table, kind in known.items():
        if dataclasses.is_dataclass(kind):
            keys = {item.name: f"{prefix}{table}.{item.name}" for item in dataclasses.fields(kind)} | keys
    found = get_close_matches(word.lower().replace("-", "_"), keys, n=1)
    return keys[found[0]] if found else ""


def _value(kind: Any, value: object, where: str) -> object:
    """Return ``value`` as the hinted type."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        if isinstance(value, Mapping):
            return read_table(kind, value, where)
    elif isinstance(kind, types.GenericAlias) and kind.__origin__ is tuple:
        if isinstance(value, list | tuple):
            return tuple(_value(kind.__args__[0], item, where) for item in value)
    elif kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    elif kind in (int, str, bool) and type(value) is kind:
        return value
    name = getattr(kind, "__name__", str(kind))
    msg = f"Recipe value {where} = {value}: must be {'a list' if name == 'tuple' else 'of type ' + name}"
    raise RecipeError(msg)
