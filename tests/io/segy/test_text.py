"""The text header's encoding, by the characters that people write."""

import pytest

from napari_geofm.io.segy.text import decode_text, encoding_of

LINES = "".join(
    f"C{number:2d} SURVEY NORTH-1: X=12.5 (M), 100% 'A' #3 & \"B\" <C>".ljust(80) for number in range(1, 41)
)


@pytest.mark.parametrize("encoding", ["cp037", "latin-1"])
def test_either_encoding_is_known(encoding: str) -> None:
    raw = LINES.encode(encoding)
    assert encoding_of(raw) == encoding
    assert decode_text(raw) == "\n".join(LINES[start : start + 80].rstrip() for start in range(0, 3200, 80))


def test_what_nobody_writes_is_no_text() -> None:
    assert encoding_of(bytes(3200)) is None
    assert encoding_of(bytes([7, 255] * 1600)) is None


@pytest.mark.parametrize("encoding", ["cp037", "latin-1"])
def test_the_share_that_is_readable_decides(encoding: str) -> None:
    odd = b"\xff" if encoding == "latin-1" else b"\x07"
    for readable, known in ((2000, True), (1900, False)):
        raw = ("A" * readable).encode(encoding) + odd * (3200 - readable)
        assert (encoding_of(raw) == encoding) is known
