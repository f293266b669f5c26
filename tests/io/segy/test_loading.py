"""What a first section makes Python load: the viewer's start waits for it."""

import subprocess
import sys
from pathlib import Path

from tests.tiny import write_survey

LOOK = """
import sys
from napari_geofm.core.amplitude import survey_stretch
from napari_geofm.io.segy import read_segy
survey = read_segy(sys.argv[1])
assert survey.section("inline", survey.axis("inline").first).values.any()
survey_stretch(survey, 99.0)
print("dask.array" in sys.modules)
"""


def test_a_section_needs_no_dask(tmp_path: Path) -> None:
    survey = write_survey(tmp_path)
    words = [sys.executable, "-c", LOOK, str(survey.file)]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout.split() == ["False"]
