"""A body that is cancelled hears of it, and what it says of what is kept is told."""

import pytest

from napari_geofm.compute.run import Run
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.errors import CancelledError


def test_what_a_cancelled_body_says_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def body(*_: object) -> Job[None]:
        try:
            yield Progress(1, 2)
        except CancelledError as error:
            raise CancelledError("1 of 2 is kept") from error

    monkeypatch.setattr("napari_geofm.compute.run.start_body", body)
    control = Control()
    run = Run(None, control)  # type: ignore[arg-type, var-annotated]
    run.step()
    control.cancel()
    with pytest.raises(CancelledError, match="1 of 2 is kept"):
        run.step()
