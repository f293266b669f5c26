import pickle  # noqa: TID251  (to see it refused)
import struct
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.recipe import Recipe
from napari_geofm.errors import GeoFMError, ModelError, OutputError, RecipeError, SourceError
from napari_geofm.io.models import find_model, list_models, read_model, write_model

RECIPE = Recipe(method="lora", decoder="pup", classes=ClassTable.named(["salt", "sand"]))
HEAD = {"a.weight": np.arange(6, dtype=np.float32).reshape(2, 3), "a.count": np.array(3)}
ADAPTER = {"blocks.0.lora_A": np.full((2, 2), 0.5, np.float32)}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    write_model(tmp_path / "salt", RECIPE, "# salt\n", ADAPTER, HEAD)
    return tmp_path / "salt"


def test_a_model_comes_back_as_it_was_written(model: Path) -> None:
    read = read_model(model)
    assert read.recipe == RECIPE
    assert read.card == "# salt\n"
    for kept, given in ((read.head, HEAD), (read.adapter, ADAPTER)):
        assert set(kept) == set(given)
        for name, value in given.items():
            np.testing.assert_array_equal(kept[name], value)
            assert kept[name].dtype == value.dtype
    assert read.fingerprint == read_model(model).fingerprint


def test_the_fingerprint_knows_recipe_adapter_and_head(tmp_path: Path, model: Path) -> None:
    first = read_model(model).fingerprint
    other = {"a.weight": HEAD["a.weight"] + 1, "a.count": HEAD["a.count"]}
    write_model(tmp_path / "b", RECIPE, "# salt\n", ADAPTER, other)
    write_model(tmp_path / "c", RECIPE, "# another card\n", ADAPTER, HEAD)
    assert read_model(tmp_path / "b").fingerprint != first
    assert read_model(tmp_path / "c").fingerprint == first


def test_an_existing_folder_is_kept_and_never_a_foreign_one_replaced(tmp_path: Path, model: Path) -> None:
    with pytest.raises(OutputError, match="exists and is kept"):
        write_model(model, RECIPE, "", {}, HEAD)
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday/photo.jpg").touch()
    with pytest.raises(OutputError, match=r"without recipe\.toml, so it is not replaced"):
        write_model(tmp_path / "holiday", RECIPE, "", {}, HEAD, overwrite=True)
    assert (tmp_path / "holiday/photo.jpg").exists()


def test_models_are_found_by_path_and_listed(tmp_path: Path, model: Path) -> None:
    assert find_model(str(model)) == model
    assert list(list_models([tmp_path])) == [model]
    with pytest.raises(SourceError, match="does not exist"):
        find_model(str(tmp_path / "none"))
    with pytest.raises(SourceError, match=r"has no recipe\.toml"):
        find_model(str(tmp_path))
    with pytest.raises(SourceError, match="give a model's folder, or a name of the zoo"):
        find_model("../salt")


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise SystemExit('a pickle was run')",)


def test_pickles_in_a_folder_are_never_opened(model: Path) -> None:
    for name in ("head.pt", "pytorch_model.bin", "data.pkl"):
        (model / name).write_bytes(pickle.dumps(Bomb()))
    assert set(read_model(model).head) == set(HEAD)
    (model / "head.safetensors").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(ModelError, match="is no safetensors file"):
        read_model(model)


@pytest.mark.parametrize("name", ["head.safetensors", "adapter.safetensors", "recipe.toml"])
def test_a_missing_part_is_said(model: Path, name: str) -> None:
    (model / name).unlink()
    with pytest.raises(GeoFMError, match=name.replace(".", r"\.")) as caught:
        read_model(model)
    assert "\n" not in str(caught.value)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, model: Path) -> None:
    (model / "head.safetensors").rename(tmp_path / "elsewhere.safetensors")
    (model / "head.safetensors").symlink_to(tmp_path / "elsewhere.safetensors")
    with pytest.raises(ModelError, match="leads elsewhere"):
        read_model(model)


def test_a_recipe_and_a_card_that_are_links_show_nothing_of_other_files(tmp_path: Path, model: Path) -> None:
    (tmp_path / "secret").write_text("a secret")
    (model / "card.md").unlink()
    (model / "card.md").symlink_to(tmp_path / "secret")
    assert read_model(model).card == ""
    (model / "recipe.toml").unlink()
    (model / "recipe.toml").symlink_to(tmp_path / "secret")
    with pytest.raises(ModelError, match="leads elsewhere") as caught:
        read_model(model)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 7,
        struct.pack("<Q", 2**62) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 61) + b'{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,999999999]}}',
    ],
)
def test_damaged_tensors_are_refused_in_one_line(model: Path, content: bytes) -> None:
    (model / "head.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match="is no safetensors file; the folder is damaged"):
        read_model(model)


def test_tensors_of_not_a_number_are_refused(tmp_path: Path) -> None:
    write_model(tmp_path / "m", RECIPE, "", ADAPTER, {"w": np.array([np.nan], np.float32)})
    with pytest.raises(ModelError, match="'w' holds numbers that are none"):
        read_model(tmp_path / "m")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("method = ", RecipeError),
        ("run = 'rm -rf'", RecipeError),
        ("format = 99", RecipeError),
        ("method = 'magic'", RecipeError),
        ("classes = 3", RecipeError),
        ("[encoder]\nname = 5", RecipeError),
        ("", ModelError),
    ],
)
def test_a_hostile_recipe_is_refused_in_one_line(model: Path, text: str, error: type[GeoFMError]) -> None:
    (model / "recipe.toml").write_text(text)
    with pytest.raises(error) as caught:
        read_model(model)
    assert "\n" not in str(caught.value)
    (model / "recipe.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecipeError):
        read_model(model)
