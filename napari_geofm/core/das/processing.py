"""How a DAS recording is read: the chain that it goes through, and the channels that are left out."""

import dataclasses
import json
from dataclasses import dataclass

from napari_geofm.core.das.bad_channels import BadChannels
from napari_geofm.core.das.chain import Chain
from napari_geofm.errors import UsageError

__all__ = ["Processing"]

KEY = "process"
"""What tells the JSON of a processing from that of other options."""


@dataclass(frozen=True, slots=True)
class Processing:
    """What is done to a recording when it is read.

    Attributes
    ----------
    chain
        Steps.
    bad
        Channels that are masked.
    reading
        How its file is read, as a line of JSON; empty for as it says itself.
    """

    chain: Chain = dataclasses.field(default_factory=Chain)
    bad: BadChannels = dataclasses.field(default_factory=BadChannels)
    reading: str = ""

    def __bool__(self) -> bool:
        """Whether anything is done."""
        return bool(self.chain) or bool(self.bad)

    def words(self) -> str:
        """Return what is done, for the user."""
        parts = [self.chain.words(), f"bad channels {self.bad.words()}" if self.bad else ""]
        return ", ".join(part for part in parts if part)

    def to_json(self) -> str:
        """Return it as a line of JSON."""
        return json.dumps({KEY: self.chain.to_list(), "bad_channels": self.bad.words(), "reading": self.reading})

    @classmethod
    def from_json(cls, text: str) -> "Processing":
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        UsageError
            When the text is none of its making.
        """
        try:
            found = json.loads(text)
            chain, bad, reading = found[KEY], found["bad_channels"], found["reading"]
        except (ValueError, KeyError, TypeError) as error:
            msg = "Processing of a recording is a JSON object with process, bad_channels and reading, and this is none"
            raise UsageError(msg) from error
        return cls(Chain.from_list(chain), BadChannels.parse(str(bad)), str(reading))
