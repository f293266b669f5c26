"""Models from elsewhere are fetched, and kept only if they are the ones that were asked for."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.recipe import Recipe
from napari_geofm.errors import ModelError, OutputError, SourceError, UsageError
from napari_geofm.io.model_fetch import address_of, fetch_model, is_address
from napari_geofm.io.models import read_model, write_model

RECIPE = Recipe(method="probe", decoder="linear", classes=ClassTable.named(["noise", "event"]))
HEAD = {"weight": np.arange(6, dtype=np.float32).reshape(2, 3)}


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and keeps no log of it."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name that is overridden)
        """Say nothing."""


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Return a folder and the address under which it is served on this machine."""
    folder = tmp_path / "shelf"
    write_model(folder / "quakes-1", RECIPE, "# quakes\n", {}, HEAD)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_model_arrives_as_it_lies_there(shelf: tuple[Path, str], tmp_path: Path) -> None:
    folder, address = shelf
    known = read_model(folder / "quakes-1")
    got = read_model(fetch_model(f"{address}/quakes-1/", tmp_path / "got", known.fingerprint))
    assert (got.fingerprint, got.recipe, got.card) == (known.fingerprint, RECIPE, "# quakes\n")
    np.testing.assert_array_equal(got.head["weight"], HEAD["weight"])
    assert got.adapter == {}


def test_the_hub_s_files_lie_under_the_model_and_its_revision(
    shelf: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, address = shelf
    known = read_model(folder / "quakes-1").fingerprint
    write_model(folder / "someone/quakes/resolve/v2", RECIPE, "", {}, HEAD)
    monkeypatch.setenv("HF_ENDPOINT", f"{address}/")
    assert read_model(fetch_model("hub:someone/quakes@v2", tmp_path / "got", known)).fingerprint == known
    assert address_of("hub:someone/quakes") == f"{address}/someone/quakes/resolve/main"
    with pytest.raises(UsageError, match="hub:owner/name"):
        address_of("hub:quakes")


def test_another_model_is_not_kept(shelf: tuple[Path, str], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="another model, which is not kept"):
        fetch_model(f"{shelf[1]}/quakes-1", tmp_path / "got", "0" * 64)
    assert not (tmp_path / "got").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"shelf"}


def test_nothing_is_fetched_without_a_hash(tmp_path: Path) -> None:
    for hash_ in ("", "abc"):
        with pytest.raises(UsageError, match="needs --sha256"):
            fetch_model("http://127.0.0.1:9/none", tmp_path / "got", hash_)


def test_what_cannot_be_had_is_said_in_a_line(shelf: tuple[Path, str], tmp_path: Path) -> None:
    folder, address = shelf
    with pytest.raises(SourceError, match=r"recipe\.toml cannot be fetched: there is no such file"):
        fetch_model(f"{address}/salt-1", tmp_path / "got", "0" * 64)
    with pytest.raises(SourceError, match="cannot be reached"):
        fetch_model("http://127.0.0.1:9/none", tmp_path / "got", "0" * 64)
    (folder / "quakes-1/head.safetensors").write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(ModelError, match="is no safetensors file"):
        fetch_model(f"{address}/quakes-1", tmp_path / "got", "0" * 64)
    (tmp_path / "got").mkdir()
    with pytest.raises(OutputError, match="exists and is kept"):
        fetch_model(f"{address}/quakes-1", tmp_path / "got", "0" * 64)


def test_addresses_are_told_from_names() -> None:
    assert [is_address(word) for word in ("craters-1", "a/b", "hub:a/b", "https://x.org/m")] == [0, 0, 1, 1]
