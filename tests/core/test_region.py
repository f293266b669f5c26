import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.region import At, Region
from napari_geofm.errors import UsageError

NUMBER = st.one_of(st.integers(-(10**6), 10**6).map(float), st.floats(-1e6, 1e6).map(lambda x: float(f"{x:.9g}")))
POSITIVE = st.integers(1, 10**6).map(lambda n: n / 1000)


@given(st.sampled_from(["inline", "crossline", "twt", "depth"]), NUMBER)
def test_a_section_reads_what_it_writes(axis: str, value: float) -> None:
    place = At.parse(f"{axis}={value!r}")
    assert (place.axis, place.value) == (axis, value)
    assert At.parse(str(place)) == place


@given(NUMBER, st.one_of(st.none(), POSITIVE), st.one_of(st.none(), st.tuples(NUMBER, NUMBER)))
def test_a_recording_window_reads_what_it_writes(
    start: float, length: float | None, span: tuple[float, float] | None
) -> None:
    place = At("time", start, length, (min(span), max(span)) if span else None)
    assert At.parse(str(place)) == place


def test_the_words_of_the_contract() -> None:
    assert At.parse("inline=1080") == At("inline", 1080.0)
    assert At.parse(["time=1.5/0.5", "distance=200:100"]) == At("time", 1.5, 0.5, (100.0, 200.0))
    assert At.parse("window=0,16,512,256") == At("window", None, None, (0.0, 16.0, 512.0, 256.0))
    assert At.parse("tile=a_b.png") == At("tile", "a_b.png")
    for named in ("tile=crater  no 3.png", ["tile=crater  no 3.png"]):
        assert At.parse(named) == At("tile", "crater  no 3.png")
    assert str(At()) == "whole"


@pytest.mark.parametrize(
    "text",
    [
        "", "inline", "inline=", "=5", "inline=x", "inline=nan", "inline=inf", "inline=1 crossline=2", "lat=5",
        "window=1,2,3", "window=-1,0,5,5", "window=0,0,0,5", "time=1/0", "time=1/-2", "time=a/b", "distance=1:2",
        "inline=5 distance=1:2", "time=1/2 distance=1",
    ],
)  # fmt: skip
def test_other_words_are_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="--at") as caught:
        At.parse(text)
    assert "\n" not in str(caught.value)


def test_ranges() -> None:
    region = Region.parse(["inline=10:5", "twt=100.5:200"])
    assert region.limits == (("inline", 5.0, 10.0), ("twt", 100.5, 200.0))
    assert region.of("twt") == (100.5, 200.0)
    assert region.of("crossline") is None
    assert region
    assert not Region()


@pytest.mark.parametrize("words", [["inline"], ["inline=5"], ["inline=a:b"], ["inline=1:"], ["twt=1:2", "twt=3:4"]])
def test_bad_ranges_are_refused(words: list[str]) -> None:
    with pytest.raises(UsageError, match="--range"):
        Region.parse(words)
