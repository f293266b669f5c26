import base64
import io
import math
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_geofm.core.amplitude import Stretch
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.region import At
from napari_geofm.errors import OutputError
from napari_geofm.io.opening import open_survey
from napari_geofm.io.report import page
from napari_geofm.io.report.contents import ClassShare, ModelLine, Picture, Report
from napari_geofm.io.report.page import write_report
from napari_geofm.io.report.pictures import draw_section, stacked

TABLE = ClassTable.named(["mud", "salt"], ["#00ff00", "#ff0000"])


@pytest.fixture
def report(tmp_path: Path) -> Report:
    np.save(tmp_path / "cube.npy", np.random.default_rng(0).normal(size=(5, 7, 11)).astype(np.float32))
    section = open_survey(tmp_path / "cube.npy").section(At("inline", 2))
    classes = np.full(section.shape, 255, np.uint8)
    classes[:5] = 1
    png = draw_section(section, Stretch(-2, 2), [("labels", classes), ("prediction", classes)], TABLE, "inline 2")
    shares = (
        ClassShare("mud", "#00ff00", 10, 0.25, 500.0, "m3"),
        ClassShare("<salt>", "#ff0000", 30, 0.75, 1500.0, "m3"),
    )
    models = (ModelLine("probe-1", "probe", (("mud", 0.5), ("salt", math.nan)), 0.5, ("inline=2",)),)
    return Report(
        "cube.npy", (("inline", "0 to 4"), ("crs", "<&>")), (Picture("inline 2", png),), (("labels", shares),), models
    )


def test_one_page_holds_all_and_needs_nothing_else(report: Report, tmp_path: Path) -> None:
    write_report(report, tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "&lt;salt&gt;" in text
    assert "&lt;&amp;&gt;" in text
    assert "<salt>" not in text
    for words in ("75.0%", "1,500", "volume (m³)", "mud 0.50, salt not scored", "inline=2"):
        assert words in text
    (data,) = re.findall(r'src="data:image/png;base64,([^"]+)"', text)
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    # Reddish over gray: the class's colour is there, twice.
    reddish = (pixels[..., 0] - pixels[..., 1] > 80) & (pixels[..., 0] - pixels[..., 2] > 80)
    columns = np.flatnonzero(reddish.any(axis=0))
    assert columns[0] < pixels.shape[1] / 2 < columns[-1]
    assert not re.search(r'(src|href)="(?!data:)', text)


def test_as_a_picture(report: Report, tmp_path: Path) -> None:
    write_report(report, tmp_path / "r.png")
    with Image.open(tmp_path / "r.png") as picture:
        assert picture.height > 500
    with pytest.raises(OutputError, match="exists and is kept"):
        write_report(report, tmp_path / "r.png")
    with pytest.raises(OutputError, match=r"r.pdf: a report is written as .html or .png"):
        write_report(report, tmp_path / "r.pdf")


def test_a_picture_tells_what_the_page_tells(report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def seen(pictures: list[bytes], lines: list[str]) -> bytes:
        told.extend(lines)
        return stacked(pictures, lines)

    monkeypatch.setattr(page, "stacked", seen)
    write_report(report, tmp_path / "r.png")
    assert "    <salt>: 30 samples, 75.0%, 1,500 m³" in told


def test_a_picture_has_the_letters_of_names_and_room_for_them() -> None:
    assert stacked([], ["ä"]) != stacked([], ["ø"])
    with Image.open(io.BytesIO(stacked([], ["salt, " * 100]))) as picture:
        assert np.asarray(picture)[:, -15:].min() == 255
