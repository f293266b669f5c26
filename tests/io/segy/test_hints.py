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
        ("C05 IN-LINE 9 4 BYTE   X-LINE 21 4 BYTE", {"inline": (9,), "crossline": (21,)}),
        ("C05 ILINE_NO(9) XLINE_NO(21)", {"inline": (9,), "crossline": (21,)}),
        ("C05 INLINE: BYTES 189-192   XLINE=193", {"inline": (189,), "crossline": (193,)}),
        ("C05 Inline number in byte 9", {"inline": (9,)}),
        ("C05 IL (189)  XL (193)", {"inline": (189,), "crossline": (193,)}),
        ("C06 CDP-X 181  CDP-Y 185 ", {"x": (181,), "y": (185,)}),
        # As programs and archives write them: OpendTect, LMKR, Teapot Dome, SeaSeis, Rogan, the USGS, Diskos.
        ("C36 I/X bytes: 9 / 21", {"inline": (9,), "crossline": (21,)}),
        ("C09 TRACE INLINE AT 9 AND SIZE 4 TRACE CROSSLINE AT 13 AND SIZE 4", {"inline": (9,), "crossline": (13,)}),
        ("C09 Trace Inline At Byte 9. Trace Crossline At Byte 13.", {"inline": (9,), "crossline": (13,)}),
        ("C25 BYTES  81- 84: CDP_X COORD", {"x": (81,)}),
        ("C27 BYTES 181-184: INLINE NUMBER (LINE)", {"inline": (181,)}),
        ("C28 BYTES 185-188: CROSSLINE NUMBER (TRACE)", {"crossline": (185,)}),
        ("C07 Inline                         bytes 189-192", {"inline": (189,)}),
        ("C09 CDP X-Coordinate               bytes 181-184", {"x": (181,)}),
        ("C36  3D INLINE NUMBER        9- 12             32 BIT INTEGER", {"inline": (9,)}),
        ("C37  3D CROSSLINE NUMBER    21- 24             32 BIT INTEGER", {"crossline": (21,)}),
        ("C13   CROSSLINE BYTES 021-024 | CMP UTM-X BYTES 181-184", {"crossline": (21,), "x": (181,)}),
        ("C22 CDP STORED AS 4-BYTE INTEGER IN BYTES 21-24", {"cdp": (21,)}),
        ("C24 Inline: 189-192  XLine: 193-196 CDPX: 181-184 CDPY: 185-188",
         {"inline": (189,), "crossline": (193,), "x": (181,), "y": (185,)}),
        ("C10 INLINE (189-192)   CROSSLINE (193-196)", {"inline": (189,), "crossline": (193,)}),
        ("C10 iline_no In-line number (189-192)", {"inline": (189,)}),
        # What is no place in the header: ranges of lines, numbers of lines, coordinates, other things in bytes.
        ("C 6     inlines:    111 .. 133", {}),
        ("C 6 INLINE: 1080", {}),
        ("C16 750/300 = (605381.805482,6089799.65808)", {}),
        ("C32 BYTES 189-192 :WATERDEPTH AT CDP    BYTES 193-196 : PRENMO DATUM CORR MS T", {}),
        ("C33 INLINE BYTE 999", {}),
        ("C06 INLINE RANGE: 360 - 1684(2)  CROSSLINE RANGE 1764 - 2532(1)", {}),
        ("C06 INLINE 189 TO 640, CROSSLINE 193 - 800", {}),
        ("C06 INLINE: 9-640 (1)  XLINE: 21 - 800", {}),
        ("C06 INLINE 105 CROSSLINE 21", {}),
        ("C24 SEQUENTIAL SHOT NUMBER STORED IN BYTES 181-185", {}),
        ("C07 CDP 12.5 M, OFFSET 21 M, INLINE SPACING 25 M", {}),
    ],
)  # fmt: skip
def test_lines(line: str, found: dict[str, tuple[int, ...]]) -> None:
    assert named_bytes(line) == found


def test_all_lines_count_and_repetitions_once() -> None:
    text = "C 1 INLINE BYTE 9\nC 2\nC 3 XLINE BYTE 21 INLINE BYTE 9\nC 4 INLINE BYTES 189-192"
    assert named_bytes(text) == {"inline": (9, 189), "crossline": (21,)}
