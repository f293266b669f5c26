"""``geofm section``: one section as array or picture."""

from argparse import Namespace
from pathlib import Path

from napari_geofm.cli.output import Result
from napari_geofm.cli.places import output_path, place_of, region_of
from napari_geofm.cli.processing import opening_hints
from napari_geofm.cli.segy import remember_options
from napari_geofm.errors import OutputError

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Write amplitudes in display order (.npy, float32, NaN where dead), or the stretched picture (.png)."""
    import numpy as np

    from napari_geofm.core.amplitude import survey_stretch
    from napari_geofm.core.gaps import gap_words
    from napari_geofm.core.recipe import InputRecipe
    from napari_geofm.io.atomic import replacing
    from napari_geofm.io.opening import open_survey
    from napari_geofm.io.pictures import write_gray

    out = output_path(arguments.output, arguments.file)
    if out.suffix not in {".npy", ".png"}:
        msg = f"Output {out.name}: a section is written as .npy or .png"
        raise OutputError(msg)
    survey = open_survey(Path(arguments.file), **opening_hints(arguments))
    remember_options(arguments, [survey.path])
    section = survey.section(place_of(arguments.at), region=region_of(arguments.range))
    if out.suffix == ".png":
        picture = survey_stretch(survey, InputRecipe().percent).apply(section.values)
        write_gray(picture, out, overwrite=arguments.overwrite)
    else:
        with replacing(out, overwrite=arguments.overwrite) as beside, beside.open("wb") as stream:
            np.save(stream, np.ascontiguousarray(section.values))
    rows, columns = section.rows, section.columns
    data = {
        "output": str(out),
        "at": str(section.at),
        "shape": list(section.shape),
        "rows": {"name": rows.name, "first": rows.first, "last": rows.last, "units": rows.units},
        "columns": {"name": columns.name, "first": columns.first, "last": columns.last, "units": columns.units},
        "dead": int((~section.valid).sum()),
    }
    line = f"{out}: {section.at}, {rows.size} {rows.name} down x {columns.size} {columns.name} across"
    gap = gap_words(section)
    return Result(data | {"gap": gap}, [line, gap] if gap else [line])
