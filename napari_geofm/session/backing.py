"""Backups made while one works, and going back to one of them."""

import shutil
import threading
import time
from pathlib import Path

from napari_geofm.errors import LabelError
from napari_geofm.session.autosave import Autosave
from napari_geofm.session.backups import ARCHIVE, Backup, backups_in, classes_in, shift_of
from napari_geofm.session.document import NAME
from napari_geofm.session.edits import Edit
from napari_geofm.session.placing import Placing
from napari_geofm.session.session_folder import SessionFolder
from napari_geofm.session.time_fit import TimeFit

__all__ = ["Backing"]


class Backing(Placing):
    """Labels, models and place, with earlier states to go back to."""

    _folder: SessionFolder
    _autosave: Autosave
    _writing: threading.Lock

    @property
    def backups(self) -> list[Backup]:
        """Earlier states of the labels and classes, newest first."""
        return backups_in(self._folder)

    def restore(self, backup: Backup) -> int:
        """Have the labels and classes of a backup, as one step of undo; what is there now is backed up before.

        Labels of a recording that has begun or ended elsewhere since come back at their times.

        Returns
        -------
        int
            Samples that changed.

        Raises
        ------
        LabelError
            When the backup is damaged.
        OutputError
            When the disk is full.
        """
        if not self._writable:
            return 0
        then = classes_in(backup.archive)
        try:
            # Read before the present is backed up, which may push this backup out.
            changes = self._store.compared(backup.archive, shift_of(backup.folder, TimeFit.of(self.survey)))
        except ValueError as error:
            raise LabelError(f"The backup {backup.folder.name} is damaged; choose another one") from error
        if then is None:
            raise LabelError(f"The backup {backup.folder.name} is damaged; choose another one")
        self._autosave.back_up()
        tables = (self.classes, then) if then != self.classes else None
        if changes or tables is not None:
            what = f"went back to the labels of {time.strftime('%d %b %H:%M', time.localtime(backup.made))}"
            self._do(Edit(what, changes=changes, tables=tables, recast=tables is not None))
        return sum(change.count for change in changes)

    def _back_up(self) -> None:
        """Make a backup, unless nothing is labelled."""
        if self._store.counts.highest() < 0:
            return
        state = self._state
        note = {
            "renumbered": state.renumbered,
            "classes": [{"name": info.name, "colour": info.colour} for info in state.table],
        }

        def fill(folder: Path) -> bool:
            with self._writing:
                shutil.copyfile(self._folder.path / NAME, folder / NAME)
            return self._store.pack(folder / ARCHIVE, note) and state.renumbered == self._store.renumbered

        self._folder.back_up(fill, ARCHIVE)
