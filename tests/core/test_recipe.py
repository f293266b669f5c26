import dataclasses
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_geofm.core.classes import ClassInfo, ClassTable
from napari_geofm.core.recipe import (
    DECODERS,
    METHODS,
    AdapterRecipe,
    EncoderRecipe,
    InputRecipe,
    ProbeRecipe,
    ProcessingRecipe,
    Recipe,
    SourceRecord,
    TrainingRecipe,
)
from napari_geofm.errors import GeoFMError, RecipeError, SourceError
from tests.conftest import REPOSITORY

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
NUMBERS = st.floats(-1e6, 1e6)
SOURCES = st.builds(SourceRecord, NAMES, NAMES, NUMBERS, NUMBERS, st.lists(NAMES, max_size=3).map(tuple))
CLASSES = st.lists(NAMES, max_size=5, unique=True).map(
    lambda names: ClassTable(tuple(ClassInfo(name, f"#{place:06x}") for place, name in enumerate(names)))
)
RECIPES = st.builds(
    Recipe,
    method=st.sampled_from(["lora", "full", "frozen"]),
    decoder=st.sampled_from(["linear", "guided", "pup", "mla", "dpt"]),
    along=st.sampled_from(["", "inline", "twt"]),
    encoder=st.builds(
        EncoderRecipe, NAMES, NAMES, st.sets(st.integers(1, 40), min_size=1).map(lambda taps: tuple(sorted(taps)))
    ),
    input=st.builds(InputRecipe, st.floats(51, 100), st.booleans(), st.floats(0.1, 8)),
    processing=st.builds(ProcessingRecipe, st.sampled_from(["", "earthquake", "bandpass 5-20.5 Hz; median; root"])),
    probe=st.builds(ProbeRecipe, l2=st.floats(1e-3, 1e3), crops=st.integers(0, 64), balance=st.floats(0, 1)),
    adapter=st.builds(AdapterRecipe, st.integers(1, 256), st.floats(0.1, 1000)),
    training=st.builds(TrainingRecipe, minutes=st.floats(0.01, 10_000), steps=st.integers(0, 1000)),
    classes=CLASSES,
    sources=st.lists(SOURCES, max_size=2).map(tuple),
)


@given(RECIPES)
@settings(max_examples=30)
def test_what_is_written_is_read(recipe: Recipe) -> None:
    read = Recipe.from_dict(tomllib.loads(recipe.to_toml()))
    assert read == recipe
    assert read.key == recipe.key


def test_what_is_left_out_has_its_default() -> None:
    assert Recipe.from_dict({}) == Recipe()
    assert Recipe.from_dict({"training": {"steps": 7}}).training == dataclasses.replace(TrainingRecipe(), steps=7)
    assert Recipe.from_dict({"format": 1, "input": {"zoom": 2}}).input.zoom == 2.0


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_defaults_that_fit_it(method: str, decoder: str) -> None:
    if (method == "probe" and decoder != "linear") or (decoder == "unet" and method != "full"):
        with pytest.raises(RecipeError):
            Recipe.for_method(method, decoder)
        return
    recipe = Recipe.for_method(method, decoder)
    assert (recipe.method, recipe.decoder) == (method, decoder)
    assert len(recipe.encoder.taps) == 4 or decoder not in {"mla", "dpt"}


def test_probes_of_earlier_programs_look_at_what_they_were_made_with() -> None:
    assert Recipe().probe.surroundings > 0
    first = ProbeRecipe(l2=3.0, surroundings=0, texture=0, levelling=0)
    assert Recipe.from_dict({"format": 1, "probe": {"l2": 3.0}}).probe == first
    assert Recipe.from_dict({"format": 1}).probe.surroundings == 0
    second = {"l2": 3.0, "texture": 1.0}
    assert Recipe.from_dict({"format": 2, "probe": second}).probe == ProbeRecipe(l2=3.0, texture=1.0, levelling=0)
    assert Recipe.from_dict({"format": 2}).probe == ProbeRecipe(texture=0, levelling=0)
    # Written by hand, without a version: the program's own defaults.
    assert Recipe.from_dict({"probe": {"l2": 3.0}}).probe == ProbeRecipe(l2=3.0)


def test_the_key_knows_every_part() -> None:
    base = Recipe()
    others = [
        dataclasses.replace(base, along="inline"),
        dataclasses.replace(base, method="lora"),
        dataclasses.replace(base, encoder=EncoderRecipe(weights_sha256="ab")),
        dataclasses.replace(base, input=InputRecipe(zoom=2)),
        dataclasses.replace(base, training=TrainingRecipe(seed=9)),
        dataclasses.replace(base, classes=ClassTable.numbered(2)),
        dataclasses.replace(base, sources=(SourceRecord("a", "b", 0, 1),)),
    ]
    assert len({recipe.key for recipe in (base, *others)}) == 8
    assert Recipe().key == base.key


@pytest.mark.parametrize(
    ("plain", "line"),
    [
        ({"colour": 1}, "Recipe key 'colour' is unknown; known are"),
        ({"training": {"epoch": 1}}, r"Recipe key 'training\.epoch' is unknown; the nearest is 'training\.epochs'"),
        ({"training": {"Warm-Up-Steps": 1}}, r"the nearest is 'training\.warmup_steps'"),
        ({"epochs": 1}, r"Recipe key 'epochs' is unknown; the nearest is 'training\.epochs'; known are adapter, along"),
        ({"meth": "lora"}, "the nearest is 'method'"),
        ({"sources": [{"name": "a", "path": "b"}]}, r"Recipe key 'sources\.path' is unknown"),
        ({"sources": [{"name": "a"}]}, "lacks fingerprint, low, high"),
        ({"sources": {"name": "a"}}, "sources = .*: must be a list"),
        ({"classes": [{"name": "salt"}]}, "lacks colour"),
        ({"classes": [{"name": "salt", "colour": "#000000", "id": 3}]}, r"'classes\.id' is unknown"),
        ({"classes": 3}, "'classes' is not a list of tables"),
        ({"classes": [3]}, "'classes' is not a list of tables"),
        ({"training": 3}, "training = 3: must be of type TrainingRecipe"),
        ({"training": {"steps": 3.0}}, r"training\.steps = 3\.0: must be of type int"),
        ({"training": {"steps": True}}, r"training\.steps = True: must be of type int"),
        ({"training": {"minutes": "1"}}, r"training\.minutes = 1: must be of type float"),
        ({"training": {"minutes": True}}, r"training\.minutes = True"),
        ({"training": {"flip": 1}}, r"training\.flip = 1: must be of type bool"),
        ({"encoder": {"taps": 3}}, r"encoder\.taps = 3: must be a list"),
        ({"encoder": {"taps": ["3"]}}, r"encoder\.taps = 3: must be of type int"),
        ({"format": 5}, "newer than this program's"),
        ({"format": "1"}, "newer than this program's"),
        ({"method": "magic"}, "method = magic: must be one of probe, lora"),
        ({"method": "probe", "decoder": "pup"}, "decoder = pup: must be linear for the probe"),
        ({"method": "lora", "decoder": "unet"}, "method = lora: must be full for the U-Net"),
    ],
)
def test_what_does_not_belong_is_named_in_one_line(plain: dict[str, Any], line: str) -> None:
    with pytest.raises(RecipeError, match=line) as caught:
        Recipe.from_dict(plain)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("encoder", "taps", []),
        ("encoder", "taps", [0, 3]),
        ("encoder", "taps", [6, 3]),
        ("encoder", "taps", [3, 3]),
        ("input", "percent", 50),
        ("input", "percent", 100.1),
        ("input", "percent", float("nan")),
        ("input", "zoom", 0),
        ("input", "zoom", float("inf")),
        ("input", "window_tokens", 3),
        ("input", "overlap_tokens", 30),
        ("input", "whole_tokens", 5),
        ("probe", "l2", 0),
        ("probe", "crops", -1),
        ("probe", "crops", 10**9),
        ("probe", "smallest", 0),
        ("probe", "smallest", 0.9),
        ("probe", "largest", 1.1),
        ("probe", "balance", 1.1),
        ("probe", "smooth_rows", -1),
        ("adapter", "rank", 0),
        ("adapter", "alpha", float("nan")),
        ("training", "minutes", 0),
        ("training", "minutes", -1),
        ("training", "minutes", float("nan")),
        ("training", "steps", -1),
        ("training", "seed", -1),
        ("training", "seed", 2**63),
        ("training", "loss", "hinge"),
        ("training", "loss", "dice+dice"),
        ("training", "loss", "dice+"),
        ("training", "epochs", -1),
        ("training", "warmup_epochs", 3),
        ("training", "clip", -1),
        ("training", "clip", float("nan")),
        ("training", "crop_tokens", 3),
        ("training", "head_rate", 0),
        ("training", "adapter_rate", 2),
        ("training", "weight_decay", -1),
        ("training", "warmup_steps", -1),
        ("training", "batch", 0),
        ("training", "crop_tokens", 1000),
        ("training", "gain", 3),
        ("training", "ema", 1),
        ("training", "patience", -1),
        ("training", "stop_after", -2),
        ("training", "validate_every", 0),
    ],
)
def test_impossible_values_are_refused_with_the_rule(table: str, key: str, value: object) -> None:
    with pytest.raises(RecipeError, match=rf"Recipe value {table}\.({key}|steps) = .*: must be \w+"):
        Recipe.from_dict({table: {key: value}})


@pytest.mark.parametrize(
    "kind",
    [
        Recipe,
        EncoderRecipe,
        InputRecipe,
        ProcessingRecipe,
        ProbeRecipe,
        AdapterRecipe,
        TrainingRecipe,
        SourceRecord,
    ],
)
def test_every_key_is_told_where_the_documentation_takes_it_from(kind: type[Any]) -> None:
    attributes = (kind.__doc__ or "").partition("Attributes\n")[2]
    told = {name.strip() for line in attributes.splitlines() if re.match(r" {4}\w", line) for name in line.split(",")}
    tables = {
        item.name for item in dataclasses.fields(kind) if item.name in {"encoder", "input", "probe", "processing"}
    }
    tables |= {"adapter", "training"} if kind is Recipe else set()
    assert {item.name for item in dataclasses.fields(kind)} - tables == told
    page = (REPOSITORY / "docs" / "recipes.md").read_text(encoding="utf-8")
    assert f"::: {kind.__module__}.{kind.__name__}" in page


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "#gggggg", "", "123456", "#１２３４５６"])
def test_a_colour_that_is_none_is_refused_when_it_is_read(colour: str) -> None:
    with pytest.raises(GeoFMError, match="#rrggbb") as caught:
        Recipe.from_dict({"classes": [{"name": "salt", "colour": colour}]})
    assert "\n" not in str(caught.value)


def test_a_file_is_read_or_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(Recipe(classes=ClassTable.named(["sel gemme ☂"])).to_toml(), encoding="utf-8")
    assert Recipe.read(path).classes.names == ("sel gemme ☂",)
    with pytest.raises(SourceError, match=r"none\.toml cannot be read"):
        Recipe.read(tmp_path / "none.toml")
    with pytest.raises(SourceError, match="cannot be read"):
        Recipe.read(tmp_path)
    for content in (b"method = ", b"\xff\xfe", b"[training\n", b"a = 1\na = 2"):
        path.write_bytes(content)
        with pytest.raises(RecipeError, match="is not TOML") as caught:
            Recipe.read(path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("taps", "seen"), [((3, 6), (3, 4, 5, 6)), ((2,), (1, 2, 3, 4)), ((12,), (9, 10, 11, 12)), ((3, 9), (3, 5, 7, 9))]
)
def test_four_blocks_over_the_part_of_another_encoder_that_a_probe_looks_at(
    taps: tuple[int, ...], seen: tuple[int, ...]
) -> None:
    assert Recipe.for_method("lora", "mla").taps_from(EncoderRecipe("vit_large_patch14_dinov2", taps=taps)) == seen
    assert Recipe.for_method("lora", "guided").taps_from(EncoderRecipe("vit_large_patch14_dinov2", taps=taps)) == taps


def test_a_probe_of_four_blocks_goes_on_with_them() -> None:
    made = EncoderRecipe(taps=(3, 6, 9, 12))
    assert Recipe.for_method("lora", "mla").taps_from(made) == made.taps


def test_a_chain_is_checked_like_any_other_value() -> None:
    assert Recipe.from_dict({"processing": {"chain": "median; root"}}).processing.steps.words() == "median; root"
    assert not Recipe.from_dict({}).processing.steps
    with pytest.raises(RecipeError, match=r"^Recipe value processing.chain: Processing step 'bandpas 1-2 Hz'"):
        Recipe.from_dict({"processing": {"chain": "bandpas 1-2 Hz"}})
    with pytest.raises(RecipeError, match=r"^Recipe key 'processing\.steps' is unknown"):
        Recipe.from_dict({"processing": {"steps": "median"}})
