"""What napari calls: readers that hand over to a session, sample data, the command that opens a survey."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["make_opener", "reader", "sample_seismic"]

Nothing = list[tuple[None]]


def reader(path: str | list[str]) -> Callable[[Any], Nothing] | None:
    """Return what opens a path in the current viewer; napari itself gets no layer."""
    first = Path(path[0] if isinstance(path, list) else path)

    def hand_over(_path: Any) -> Nothing:
        from napari import current_viewer

        viewer = current_viewer()
        if viewer is not None:
            _open(viewer, first)
        # napari's word for "read, and there is no layer to add".
        return [(None,)]

    return hand_over if first.exists() else None


def make_opener(viewer: "Viewer") -> Any:
    """Return a widget that opens a survey: a button, and the surveys opened last."""
    from napari_geofm.gui.starting import opener

    return opener(viewer)


def sample_seismic() -> Nothing:
    """Open the embedded synthetic survey."""
    from napari import current_viewer

    viewer = current_viewer()
    if viewer is not None:
        _open(viewer, _sample_file())
    return []


def _open(viewer: "Viewer", file: Path) -> None:
    from napari_geofm.gui.opening import opening_of

    opening_of(viewer).open(file)


def _sample_file() -> Path:
    """Return the sample as a SEG-Y file in the user's own folder, made the first time."""
    from platformdirs import user_data_path

    from napari_geofm.samples import SeismicSampleSpec, make_seismic, write_segy

    file = user_data_path("napari-geofm") / "samples" / "synthetic.sgy"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(".synthetic.sgy.part")
        write_segy(make_seismic(SeismicSampleSpec()), beside)
        beside.replace(file)
    return file
