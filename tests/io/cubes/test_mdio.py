"""MDIO stores of both versions, written with zarr as MDIO lays them out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from numpy.typing import NDArray

from napari_geofm.io.opening import open_survey
from tests.io.cubes.build import CROSSLINES, INLINES, TIMES, WHOLE

HEADERS = np.dtype([("inline", "<i4"), ("crossline", "<i4"), ("cdp_x", "<i4")])

pytestmark = pytest.mark.filterwarnings("ignore::zarr.errors.UnstableSpecificationWarning")


def masked() -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return amplitudes that are 0 where a trace is missing, as dead cells are stored, and which are there."""
    live = np.ones((5, 6), bool)
    live[3, 2] = live[0, 0] = False
    return np.where(live[..., None], WHOLE, np.float32(0)), live


def old_store(path: Path, values: NDArray[np.float32], live: NDArray[np.bool_], axes: dict[str, Any]) -> Path:
    """Write version 0: zarr format 2, groups data and metadata, the axes in the root's attributes."""
    root = zarr.create_group(path, zarr_format=2)
    root.attrs.update({
        "api_version": "0.8.3", "created": "2024-05-01 10:00:00+00:00", "trace_count": int(live.sum()),
        "dimension": [{"name": name, "coords": np.asarray(each).tolist()} for name, each in axes.items()],
        "mean": 1.0, "std": 2.0, "rms": 2.0, "min": 0.0, "max": 209.0,
    })  # fmt: skip
    data, metadata = root.create_group("data"), root.create_group("metadata")
    name = "chunked_" + "".join(str(axis) for axis in range(values.ndim))
    separator: Any = {"name": "v2", "separator": "/"}
    made = data.create_array(
        name, shape=values.shape, dtype="f4", chunks=(3,) * values.ndim, chunk_key_encoding=separator
    )
    made[...] = values
    mask = metadata.create_array("live_mask", shape=live.shape, dtype="bool", chunk_key_encoding=separator)
    mask[...] = live
    metadata.create_array(f"{name}_trace_headers", shape=live.shape, dtype=HEADERS)
    metadata.attrs.update({"text_header": ["C01"], "binary_header": {"samples_per_trace": 7}})
    return path


def new_store(
    path: Path, values: NDArray[np.float32], live: NDArray[np.bool_], axes: dict[str, tuple[Any, dict[str, Any]]],
    *, zarr_format: Any = 3, variable: str = "amplitude",
) -> Path:  # fmt: skip
    """Write version 1: a group as xarray has it, units as ``unitsV1``."""
    root = zarr.create_group(path, zarr_format=zarr_format)
    root.attrs.update({
        "apiVersion": "1.1.3", "createdOn": "2026-01-01 00:00:00+00:00", "name": "PostStack3DTime",
        "attributes": {"surveyType": "3D", "gatherType": "stacked", "defaultVariableName": variable},
    })  # fmt: skip
    names = tuple(axes)
    arrays: dict[str, tuple[tuple[str, ...], NDArray[Any], dict[str, Any]]] = {
        variable: (names, values, {"statsV1": {"count": 1}}),
        "trace_mask": (names[:-1], live, {}),
        **{name: ((name,), np.asarray(each), units) for name, (each, units) in axes.items()},
    }
    if live.ndim == 2:
        i, x = np.meshgrid(axes[names[0]][0], axes[names[1]][0], indexing="ij")
        arrays["cdp_x"] = (names[:-1], 5000.0 + 10.0 * i, {"unitsV1": {"length": "m"}})
        arrays["cdp_y"] = (names[:-1], 7000.0 + 10.0 * x, {"unitsV1": {"length": "m"}})
    for name, (dims, each, attrs) in arrays.items():
        options: dict[str, Any] = {"dimension_names": dims} if zarr_format == 3 else {}
        fill: Any = np.nan if each.dtype.kind == "f" else None
        made = root.create_array(name, shape=each.shape, dtype=each.dtype, fill_value=fill, **options)
        made[...] = each
        made.attrs.update(attrs if zarr_format == 3 else {**attrs, "_ARRAY_DIMENSIONS": list(dims)})
    root.create_array("headers", shape=live.shape, dtype=HEADERS)
    return path


def test_version_0(tmp_path: Path) -> None:
    values, live = masked()
    axes = {"inline": INLINES, "crossline": CROSSLINES, "sample": TIMES}
    survey = open_survey(old_store(tmp_path / "v0.mdio", values, live, axes))
    assert (survey.kind, survey.dims) == ("seismic-3d", ("inline", "crossline", "twt"))
    for name, numbers, unit in (("inline", INLINES, ""), ("crossline", CROSSLINES, ""), ("twt", TIMES, "ms")):
        assert (survey.axis(name).values.tolist(), survey.axis(name).units) == (numbers.tolist(), unit)
    np.testing.assert_array_equal(survey.data.values, np.where(live[..., None], WHOLE, np.nan))
    assert any("2 traces are missing" in note for note in survey.odd)


def test_version_0_of_a_line(tmp_path: Path) -> None:
    live = np.ones(6, bool)
    live[4] = False
    axes = {"cdp": CROSSLINES, "sample": TIMES}
    survey = open_survey(old_store(tmp_path / "line.mdio", WHOLE[0], live, axes))
    assert (survey.kind, survey.axis("cdp").values.tolist()) == ("seismic-2d", CROSSLINES.tolist())
    np.testing.assert_array_equal(survey.data.values, np.where(live[:, None], WHOLE[0], np.nan))


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize(
    ("name", "units", "dims", "numbers", "unit"),
    [
        ("time", {"time": "ms"}, "twt", TIMES, "ms"),
        ("time", {"time": "s"}, "twt", TIMES * 1000, "ms"),
        ("depth", {"length": "m"}, "depth", TIMES, "m"),
        ("depth", {"length": "ft"}, "depth", TIMES, "ft"),
    ],
)
def test_version_1(
    tmp_path: Path,
    zarr_format: int,
    name: str,
    units: dict[str, str],
    dims: str,
    numbers: NDArray[np.float64],
    unit: str,
) -> None:
    values, live = masked()
    axes = {
        "inline": (INLINES.astype("i4"), {}),
        "crossline": (CROSSLINES.astype("i4"), {}),
        name: (TIMES.astype("i4"), {"unitsV1": units}),
    }
    survey = open_survey(new_store(tmp_path / "v1.mdio", values, live, axes, zarr_format=zarr_format))
    assert survey.dims == ("inline", "crossline", dims)
    assert survey.axis("inline").values.tolist() == INLINES.tolist()
    assert (survey.axis(dims).values.tolist(), survey.axis(dims).units) == (numbers.tolist(), unit)
    np.testing.assert_array_equal(survey.data.values, np.where(live[..., None], WHOLE, np.nan))
    affine = survey.template.affine  # type: ignore[attr-defined]
    np.testing.assert_allclose(affine.xy(1004, 301), (5000 + 10040, 7000 + 3010))


def test_version_1_of_a_line_and_a_volume_of_another_name(tmp_path: Path) -> None:
    live = np.ones(6, bool)
    live[4] = False
    line = {"cdp": (CROSSLINES, {}), "time": (TIMES, {"unitsV1": {"time": "ms"}})}
    survey = open_survey(new_store(tmp_path / "line.mdio", WHOLE[0], live, line))
    np.testing.assert_array_equal(survey.data.values, np.where(live[:, None], WHOLE[0], np.nan))
    cube = {"inline": (INLINES, {}), "crossline": (CROSSLINES, {}), "depth": (TIMES, {"unitsV1": {"length": "m"}})}
    path = new_store(tmp_path / "velocity.mdio", WHOLE, masked()[1], cube, variable="velocity")
    other = zarr.open_group(path).create_array("semblance", shape=WHOLE.shape, dtype="f4", dimension_names=tuple(cube))
    other[...] = 0
    np.testing.assert_array_equal(np.nanmax(open_survey(path).data.values), WHOLE.max())


def test_axes_that_do_not_fit_are_passed_over(tmp_path: Path) -> None:
    values, live = masked()
    path = old_store(tmp_path / "v0.mdio", values, live, {"inline": INLINES, "crossline": CROSSLINES, "sample": [1, 2]})
    survey = open_survey(path)
    assert survey.axis("inline").values.tolist() == [0, 1, 2, 3, 4]
    assert any("without headers" in note for note in survey.odd)
