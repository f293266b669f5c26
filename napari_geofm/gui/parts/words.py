"""How places, times, counts and amounts are written for an interpreter."""

import math
import re
import time

from napari_geofm.core.axis import Axis
from napari_geofm.core.region import WINDOW_AXES, At
from napari_geofm.session.wording import said

__all__ = ["axis_number", "count_words", "encoder_words", "memory_words", "place_words", "time_words", "when_words"]

NAMES = {"twt": "time", "depth": "depth", "tile": "tile"}


def place_words(at: At) -> str:
    """Return a place as people say it.

    Examples
    --------
    >>> place_words(At("inline", 1080)), place_words(At("twt", 1240.0)), place_words(At())
    ('inline 1080', '1.24 s', 'the section')
    >>> place_words(At("time", 12.0, 2.0)), place_words(At("window", span=(2000, 0, 500, 500)))
    ('12 to 14 s', 'rows from 2000, columns from 0')
    """
    if at.axis == "twt" and isinstance(at.value, float | int):
        return f"{at.value / 1000:g} s"
    if at.axis in WINDOW_AXES:
        return said(at).removeprefix("time ")
    if not at.axis or at.value is None:
        return "the section"
    value = f"{at.value:g}" if isinstance(at.value, float) and abs(at.value) < 1e6 else str(at.value)
    return f"{NAMES.get(at.axis, at.axis)} {value}"


def axis_number(axis: Axis, value: float) -> str:
    """Return a number of an axis, as exactly as neighbours need to be told apart and no more.

    Examples
    --------
    >>> import numpy as np
    >>> axis_number(Axis("time", 0.000500006 * np.arange(900), "s"), 0.000500006)
    '0.0005'
    >>> axis_number(Axis("lat", np.linspace(89.82421875, -89.82421875, 512), "deg"), 89.82421875)
    '89.824'
    >>> axis_number(Axis("inline", np.arange(1000, 1400)), 1080.0), axis_number(Axis("twt", np.arange(3) * 2.0), 4.0)
    ('1080', '4')
    """
    ends = abs(float(axis.last) - float(axis.first)) if axis.size > 1 else 0.0
    if not ends or float(value).is_integer():
        return f"{value:.10g}"
    # Two digits more than the spacing has: uneven lines are told apart, too.
    digits = max(0, 2 - math.floor(math.log10(ends / (axis.size - 1))))
    return f"{round(value, digits):.10g}"


def count_words(count: int) -> str:
    """Return a count that fits a narrow column.

    Examples
    --------
    >>> count_words(950), count_words(12_345), count_words(4_200_000)
    ('950', '12.3 k', '4.2 M')
    """
    if count < 10_000:
        return str(count)
    for limit, unit in ((1e6, "k"), (1e9, "M")):
        if count < 0.9995 * limit:
            return f"{count / limit * 1000:.3g} {unit}"
    return f"{count / 1e9:.3g} G"


def time_words(seconds: float) -> str:
    """Return a length of time as people say it.

    Examples
    --------
    >>> time_words(0.34), time_words(42), time_words(150), time_words(7300)
    ('0.3 s', '42 s', '2 min 30 s', '2 h 2 min')
    """
    if seconds < 9.5:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def memory_words(n_bytes: float) -> str:
    """Return an amount of memory.

    Examples
    --------
    >>> memory_words(3.2e6), memory_words(11.4 * 2**30)
    ('3 MB', '11.4 GB')
    """
    if n_bytes < 2**30:
        return f"{n_bytes / 2**20:.0f} MB"
    return f"{n_bytes / 2**30:.1f} GB"


def encoder_words(name: str) -> str:
    """Return an encoder's name as papers write it; one that is not known as it is.

    Examples
    --------
    >>> encoder_words("vit_small_patch14_dinov2"), encoder_words("vit_large_patch14_reg4_dinov2")
    ('DINOv2 S/14', 'DINOv2 L/14 with registers')
    >>> encoder_words("eva02_base")
    'eva02_base'
    """
    found = re.fullmatch(r"vit_(small|base|large|giant)_patch(\d+)_(reg4_)?(dinov2|dinov3)(\..*)?", name)
    if found is None:
        return name
    size, patch, registers, family, _ = found.groups()
    return f"{family.replace('dino', 'DINO')} {size[0].upper()}/{patch}{' with registers' if registers else ''}"


def when_words(then: float, now: float, *, exact: bool = False) -> str:
    """Return when something was, seconds since 1970, as people say it; ``exact`` tells seconds and times of old days.

    Examples
    --------
    >>> noon = time.mktime((2024, 3, 5, 12, 0, 0, 0, 0, -1))
    >>> when_words(noon, noon + 3600), when_words(noon, noon + 86400), when_words(noon, noon + 9 * 86400)
    ('today 12:00', 'yesterday 12:00', '5 Mar 2024')
    """
    clock = "%H:%M:%S" if exact else "%H:%M"
    then_, now_ = time.localtime(then), time.localtime(now)
    if then_[:3] == now_[:3]:
        return time.strftime(f"today {clock}", then_)
    if then_[:3] == time.localtime(now - 86400)[:3]:
        return time.strftime(f"yesterday {clock}", then_)
    return f"{then_.tm_mday} {time.strftime(f'%b %Y {clock}' if exact else '%b %Y', then_)}"
