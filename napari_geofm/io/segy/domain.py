"""What a text header says of the vertical axis: time, or depth."""

import re

__all__ = ["depth_words"]

_SAMPLING = (
    r"\b(?:(?:SAMPLES?|SAMPLING) ?(?:INTERVAL|INT|RATE|PERIOD|STEP|SPACING)|(?:RECORD|TRACE|DATA) LENGTH|SAMPLING)\b"
)
_AMOUNT = r"[ :=.(]{0,4}\d+(?:\.\d+)? ?"
_OTHER_DEPTHS = r"(?<!WATER )(?<!CABLE )(?<!SOURCE )(?<!GUN )(?<!STREAMER )(?<!SHOT )(?<!RECEIVER )(?<!HOLE )"

_AXIS = r"\b(?:DOMAIN|Z[ -]?(?:TYPE|AXIS)|VERTICAL (?:AXIS|DOMAIN|UNITS?))[ :=]{1,3}(?:IS )?"

_DEPTH = tuple(
    re.compile(words)
    for words in (
        r"\bDEPTH[ -]?DOMAIN\b",
        rf"{_AXIS}(?:DEPTH|MET(?:ER|RE)S?|FEET)\b",
        rf"{_OTHER_DEPTHS}\bDEPTH (?:STEP|(?:SAMPLES?|SAMPLING)|INCREMENT|INTERVAL|RANGE)\b",
        rf"{_SAMPLING}(?: \w+)?{_AMOUNT}(?:M|MET(?:ER|RE)S?|FT|FEET)\b(?! ?S)",
        r"\b(?:DATA|STACK|VOLUME|CUBE|SECTION|OUTPUT|IMAGE|SEG-?Y|MIGRATION|PSDM) (?:IS |ARE )?(?:IN|TO) DEPTH\b",
        rf"{_OTHER_DEPTHS}\bDEPTH (?:VOLUME|CUBE|STACK|SECTION|SEG-?Y)\b",
        r"\bDEPTH[ -](?:CONVERTED|STRETCHED)\b|\b(?:CONVERTED|STRETCHED|SCALED) (?:BACK )?(?:FROM TIME )?TO DEPTH\b",
    )
)

_TIME = tuple(
    re.compile(words)
    for words in (
        r"\b(?:TIME|TWT|TWO[ -]WAY[ -]TIME)[ -]?DOMAIN\b",
        rf"{_AXIS}(?:TIME|TWT|TWO|MS|MSEC|MILLI)",
        r"\b(?:SCALED|CONVERTED|STRETCHED|CONVERSION|STRETCH|BACK|OUTPUT|DEPTH)[ -](?:BACK )?(?:FROM DEPTH )?TO[ -]"
        r"(?:TWT|TIME|TWO)",
        r"\b(?:DATA|STACK|VOLUME|CUBE|SECTION|OUTPUT|IMAGE|SEG-?Y|PSDM) (?:IS |ARE )?IN (?:TWT|TIME|TWO)\b",
        rf"{_SAMPLING}(?: \w+)?{_AMOUNT}(?:MS|MSEC|MILLI\w*|US|SEC\w*|MICRO\w*|S)\b",
    )
)  # fmt: skip


def depth_words(text: str) -> str:
    r"""Return the words by which a text header says that samples are depths; empty where it does not, or says time too.

    That a migration was one in depth says nothing: its result is often scaled to time. Depths of water, sources and
    cables are passed over, and so are lines that tell what bytes hold.

    Parameters
    ----------
    text
        Lines, as :func:`~napari_geofm.io.segy.text.decode_text` returns them.

    Examples
    --------
    >>> depth_words("C12 SAMPLE INTERVAL: 5 M   DATUM: MSL")
    'SAMPLE INTERVAL: 5 M'
    >>> depth_words("C07 KIRCHHOFF PSDM, DEPTH DOMAIN STACK\nC08 SCALED TO TIME")
    ''
    """
    lines = [" ".join(line.upper().split()) for line in text.split("\n")]
    told = [line for line in lines if not re.search(r"\bBYTES?\b", line)]
    if any(each.search(line) for each in _TIME for line in told):
        return ""
    found = (each.search(line) for line in told for each in _DEPTH)
    return next((match[0] for match in found if match), "")
