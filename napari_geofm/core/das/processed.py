"""A recording as it is after processing: what was done to it, and what it was."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.bad_channels import BadChannels
from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.processing import Processing

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["Processed"]


@dataclass(frozen=True, slots=True, eq=False)
class Processed:
    """What was done to a recording.

    Attributes
    ----------
    source
        The recording as it was.
    processing
        What was asked for.
    bad
        ndarray of bool, shape ``(channels of the source,)``: those that are masked.
    """

    source: "Survey"
    processing: Processing
    bad: NDArray[np.bool_]

    @property
    def chain(self) -> Chain:
        """The steps."""
        return self.processing.chain

    @property
    def channels(self) -> BadChannels:
        """The channels that were to be masked."""
        return self.processing.bad
