"""Files cut short, with bytes changed, lines exchanged and numbers that lie: one line, or picks; nothing else."""

import random
import tempfile
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError
from napari_geofm.io.interpretations import (
    HORIZON_FORMATS,
    STICK_FORMATS,
    read_interpretations,
    write_horizon,
    write_sticks,
)

TRIES = 25
WORDS = (
    b"nan",
    b"inf",
    b"-1e308",
    b"1e30",
    b"999",
    b"->",
    b"#",
    b"{",
    b"-996",
    b"FSASCI",
    b"INLINE",
    b"\xff\xfe",
    b";",
    b",",
    b"\0",
)


def originals(survey: Survey, folder: Path) -> list[bytes]:
    horizon = Horizon("h", np.linspace(10, 200, 9 * 13).reshape(9, 13).astype(np.float32))
    sticks = tuple(np.array([[i, 2002.0, 20], [i, 2005.0, 90], [i, 2010.0, 200]]) for i in (1010.0, 1050.0))
    for form in HORIZON_FORMATS:
        write_horizon(horizon, survey, folder / f"h.{form}", form=form)
    for form in STICK_FORMATS:
        write_sticks((FaultSticks("f", sticks),), survey, folder / f"f.{form}", form=form)
    (folder / "g.irap").write_text(
        "-996 3 100 100\n403300 403500 6348900 6349100\n3 0 403300 6348900\n0 0 0 0 0 0 0\n1 2 3 4 5 6 7 8 9\n"
    )
    (folder / "g.cps").write_text(
        "FSASCI 0 1 A 0 1E30\nFSLIMI 403300 403500 6348900 6349100 0 1\nFSNROW 3 3\n->a\n1 2 3 4 5 6 7 8 9\n"
    )
    (folder / "p.json").write_text(
        '{"features": [{"geometry": {"type": "Polygon", "coordinates": [[[1,1],[2,1],[2,2]]]}}]}'
    )
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def mutated(content: bytes, chance: random.Random) -> bytes:
    kind = chance.randrange(5)
    place = chance.randrange(max(1, len(content)))
    if kind == 0:
        return content[:place]
    if kind == 1:
        return content[:place] + bytes([chance.randrange(256)]) + content[place + 1 :]
    if kind == 2:
        return content[:place] + chance.choice(WORDS) + content[place:]
    lines = content.split(b"\n")
    if kind == 3:
        chance.shuffle(lines)
        return b"\n".join(lines)
    words = lines[chance.randrange(len(lines))].split()
    return content.replace(chance.choice(words or [b"1"]), chance.choice(WORDS), chance.randrange(1, 4))


@pytest.mark.parametrize("kind", ["", "horizon", "fault", "polygon"])
def test_nothing_but_picks_or_one_line(cube: Survey, kind: str) -> None:
    chance = random.Random(5)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "made").mkdir()
        files = originals(cube, Path(folder) / "made")
        file = Path(folder) / "mutated.dat"
        for content in files:
            for _ in range(TRIES):
                changed = mutated(content, chance)
                file.write_bytes(changed)
                line = ""
                try:
                    found = read_interpretations(file, cube, kind=kind).interpretations
                except GeoFMError as error:
                    found, line = (), str(error)
                assert bool(found) is not bool(line)
                assert "\n" not in line
                assert len(line) < 500
