"""What text headers say of the trace headers, as programs and people write it."""

import pytest

from napari_geofm.io.segy.hints import named_bytes


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("C12   INLINE BYTES 189-193    ¦ OFFSET BYTES 037-041", {"inline": (189,), "offset": (37,)}),
        ("C 4 INLINE BYTE 189 CROSSLINE BYTE 193, 4 MS", {"inline": (189,), "crossline": (193,)}),
        ("C05 BYTE  9-12: INLINE  BYTE 21-24: CROSSLINE", {"inline": (9,), "crossline": (21,)}),
        ("C07 INLINE NUMBER: BYTES 9-12   XLINE NUMBER: BYTES 21-24", {"inline": (9,), "crossline": (21,)}),
        ("C08 In-line (byte 9)  Cross-line (byte 21)", {"inline": (9,), "crossline": (21,)}),
        ("C09 3D INLINE NO. IN BYTES 17-20, CROSSLINE NO. IN BYTES 13-16", {"inline": (17,), "crossline": (13,)}),
        ("C10 X COORDINATE BYTES 73-76 Y COORDINATE BYTES 77-80", {"x": (73,), "y": (77,)}),
        ("C11 EASTING: BYTE 181 NORTHING: BYTE 185 CDP: BYTE 21", {"x": (181,), "y": (185,), "cdp": (21,)}),
        ("C12 CDP_X=181 CDP_Y=185 ILINE=189 XLINE=193",
         {"inline": (189,), "crossline": (193,), "x": (181,), "y": (185,)}),
        ("C13 INLINE LOCATION: 5-8 XLINE LOCATION: 21-24", {"inline": (5,), "crossline": (21,)}),
        ("CDP X: 181", {"x": (181,)}),
        # What is no place in the header: ranges of lines, numbers of lines, coordinates, other things in bytes.
        ("C 6     inlines:    111 .. 133", {}),
        ("C 6 INLINE: 1080", {}),
        ("C16 750/300 = (605381.805482,6089799.65808)", {}),
        ("C32 BYTES 189-192 :WATERDEPTH AT CDP    BYTES 193-196 : PRENMO DATUM CORR MS T", {}),
        ("C33 INLINE BYTE 999", {}),
    ],
)  # fmt: skip
def test_lines(line: str, found: dict[str, tuple[int, ...]]) -> None:
    assert named_bytes(line) == found


def test_all_lines_count_and_repetitions_once() -> None:
    text = "C 1 INLINE BYTE 9\nC 2\nC 3 XLINE BYTE 21 INLINE BYTE 9\nC 4 INLINE BYTES 189-192"
    assert named_bytes(text) == {"inline": (9, 189), "crossline": (21,)}
