"""A model that learned from strain rate is shown strain rate of any recording."""

import numpy as np

from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.fibre_steps import Derivative, VelocityDerivative
from napari_geofm.core.das.signal import Signal
from napari_geofm.core.das.step import Box
from napari_geofm.core.das.units import Units

BOX = Box(slice(0, 6), slice(0, 4))


def signal(units: str) -> Signal:
    return Signal(2.0 * np.arange(6.0), "m", 4, 100.0, Units.parse(units))


def test_velocity_becomes_strain_rate_and_other_samples_stay_as_they_are() -> None:
    values = np.random.default_rng(0).standard_normal((6, 4))
    step = VelocityDerivative()
    found = step.run(values, BOX, signal("m/s"), None)
    np.testing.assert_array_equal(found, Derivative().run(values, BOX, signal("m/s"), None))
    np.testing.assert_allclose(found[2], (values[3] - values[1]) / 4)
    assert step.after(signal("m/s")).units.plain == Units.parse("1/s").plain
    assert step.spread(signal("m/s")) == 1
    for units in ("1/s", "", "rad"):
        assert step.run(values, BOX, signal(units), None) is values
        assert step.after(signal(units)).units == Units.parse(units)
        assert step.spread(signal(units)) == 0


def test_it_is_written_as_a_word_of_a_chain() -> None:
    chain = Chain.parse("velocity-derivative; median")
    assert chain.words() == "velocity-derivative; median"
    assert Chain.from_list(chain.to_list()) == chain
