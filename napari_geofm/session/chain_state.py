"""What a recording is seen through in a session: steps that may be switched off, and bad channels."""

from dataclasses import dataclass, replace
from typing import Any

from napari_geofm.core.das.bad_channels import BadChannels
from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.processing import Processing
from napari_geofm.core.das.step import Step

__all__ = ["ChainState"]


@dataclass(frozen=True, slots=True)
class ChainState:
    """Steps in order, and the channels that are masked.

    Attributes
    ----------
    steps
        Each with whether it is done.
    bad
        Channels that are left out.
    """

    steps: tuple[tuple[Step, bool], ...] = ()
    bad: BadChannels = BadChannels()  # noqa: RUF009 - frozen

    @classmethod
    def of(cls, processing: Processing) -> "ChainState":
        """Return a chain with every step switched on."""
        return cls(tuple((step, True) for step in processing.chain.steps), processing.bad)

    @property
    def chain(self) -> Chain:
        """The steps that are done."""
        return Chain(tuple(step for step, on in self.steps if on))

    def processing(self, before: Processing) -> Processing:
        """Return how the recording is read; what is said of its file stays as it was."""
        return replace(before, chain=self.chain, bad=self.bad)

    def plain(self) -> dict[str, Any]:
        """Return what a document holds."""
        steps = [table | {"on": on} for table, (_, on) in zip(self._whole.to_list(), self.steps, strict=True)]
        return {"steps": steps, "bad_channels": self.bad.words()}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "ChainState":
        """Read what :meth:`plain` returned.

        Raises
        ------
        UsageError, TypeError, KeyError
            When it is of another form.
        """
        tables = [dict(each) for each in plain["steps"]]
        on = [bool(table.pop("on", True)) for table in tables]
        steps = zip(Chain.from_list(tables).steps, on, strict=True)
        return cls(tuple(steps), BadChannels.parse(str(plain["bad_channels"])))

    @property
    def _whole(self) -> Chain:
        return Chain(tuple(step for step, _ in self.steps))
