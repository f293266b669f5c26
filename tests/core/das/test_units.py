import pytest

from napari_geofm.core.das.units import Units, quantity_of


@pytest.mark.parametrize(
    ("words", "metre", "second", "integral"),
    [
        ("m/s", "1/s", "m/s/s", "m"),
        ("strain", "1/m", "1/s", "strain s"),
        ("1/s", "1/s/m", "1/s/s", "strain"),
        ("nϵ/s", "nϵ/s/m", "nϵ/s/s", "nϵ"),
        ("1e-9", "1e-9/m", "1e-9/s", "1e-9 s"),
        ("/s", "1/s/m", "1/s/s", "strain"),
        ("rad", "rad/m", "rad/s", "rad s"),
        ("", "", "", ""),
    ],
)
def test_derivatives_and_integrals_change_the_unit(words: str, metre: str, second: str, integral: str) -> None:
    units = Units.parse(words)
    assert (units.per("m").words, units.per("s").words, units.times("s").words) == (metre, second, integral)


@pytest.mark.parametrize(
    ("words", "plain", "factor", "quantity"),
    [
        ("m/s", "m/s", 1.0, "velocity"),
        ("nm/s", "m/s", 1e-9, "velocity"),
        ("µϵ/s", "1/s", 1e-6, "strain rate"),
        ("nϵ", "strain", 1e-9, "strain"),
        ("radians", "rad", 1.0, "phase"),
        ("mrad/s", "rad/s", 1e-3, "phase rate"),
        ("1e-9/s", "1/s", 1e-9, "strain rate"),
        ("1e-6", "strain", 1e-6, "strain"),
        ("1", "strain", 1.0, "strain"),
        ("/s", "1/s", 1.0, "strain rate"),
        ("counts", "counts", 1.0, ""),
    ],
)
def test_prefixes_and_spellings_are_understood(words: str, plain: str, factor: float, quantity: str) -> None:
    units = Units.parse(words)
    assert (units.plain, quantity_of(units)) == (plain, quantity)
    assert units.factor == pytest.approx(factor)


def test_a_density_has_the_square_over_hertz() -> None:
    assert Units.parse("1/s").per_hertz == "(1/s)²/Hz"
    assert Units.parse("").per_hertz == "1/Hz"
