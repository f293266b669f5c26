import pickle  # noqa: TID251  (to see it refused)
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_geofm.errors import FormatError, SourceError
from napari_geofm.io.arrays import read_array

VALUES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


def test_npy_is_mapped_not_read(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", VALUES)
    array = read_array(tmp_path / "a.npy")
    assert isinstance(array, np.memmap)
    np.testing.assert_array_equal(array, VALUES)


def test_npz_with_one_array_or_one_among_lists(tmp_path: Path) -> None:
    np.savez(tmp_path / "one.npz", anything=VALUES)
    np.savez(tmp_path / "lists.npz", labels=VALUES, inlines=np.arange(2), crosslines=np.arange(3))
    np.savez(tmp_path / "two.npz", a=VALUES, b=VALUES)
    for name in ("one.npz", "lists.npz"):
        np.testing.assert_array_equal(np.asarray(read_array(tmp_path / name)[...]), VALUES)
    with pytest.raises(FormatError, match="holds these arrays: a, b"):
        read_array(tmp_path / "two.npz")


def test_zarr_arrays_and_groups(tmp_path: Path) -> None:
    import zarr

    plain = zarr.create_array(tmp_path / "plain.zarr", shape=VALUES.shape, dtype="u1")
    plain[:] = VALUES
    group = zarr.create_group(tmp_path / "group.zarr")
    for name in ("prediction", "other"):
        array = group.create_array(name, shape=VALUES.shape, dtype="u1")
        array[:] = VALUES if name == "prediction" else 0
    for store in ("plain.zarr", "group.zarr"):
        np.testing.assert_array_equal(np.asarray(read_array(tmp_path / store)[...]), VALUES)
    (tmp_path / "group.zarr/zarr.json").write_text("{")
    with pytest.raises(FormatError, match="damaged or half written"):
        read_array(tmp_path / "group.zarr")


def test_pictures_of_one_band(tmp_path: Path) -> None:
    Image.fromarray(VALUES[0]).save(tmp_path / "gray.png")
    Image.fromarray(VALUES[0]).save(tmp_path / "gray.pgm")
    Image.fromarray(VALUES[0]).save(tmp_path / "gray.tif")
    palette = Image.fromarray(VALUES[0], mode="P")
    palette.putpalette(bytes(range(256)) * 3)
    palette.save(tmp_path / "palette.png")
    for name in ("gray.png", "gray.pgm", "gray.tif", "palette.png"):
        np.testing.assert_array_equal(np.asarray(read_array(tmp_path / name)[...]), VALUES[0])
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(tmp_path / "rgb.png")
    with pytest.raises(FormatError, match="is a colour picture"):
        read_array(tmp_path / "rgb.png")


def test_segy_null_and_dead_traces_are_unlabelled(shared_data: Path) -> None:
    path = shared_data / "seismic/f3_small/small.sgy"
    array = read_array(path)
    plain = np.asarray(array[...])
    null = float(plain[0, 0, 0])
    marked = np.asarray(read_array(path, null=null)[...])
    assert marked[0, 0, 0] == 255
    np.testing.assert_array_equal(marked[plain != null], plain[plain != null])


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise SystemExit('a pickle was run')",)


def test_pickles_are_never_loaded(tmp_path: Path) -> None:
    np.save(tmp_path / "objects.npy", np.array([Bomb(), None], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "objects.npz", np.array([Bomb(), None], dtype=object))
    (tmp_path / "plain.npy").write_bytes(pickle.dumps(Bomb()))
    for name in ("objects.npy", "objects.npz", "plain.npy"):
        with pytest.raises(FormatError, match="never loaded") as caught:
            read_array(tmp_path / name)
        assert "\n" not in str(caught.value)


def hostile_npy(shape: str) -> bytes:
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + b"\x00" * 64


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.npy", b"\x93NUMPY\x01\x00v\x00{'descr'"),
        ("huge.npy", hostile_npy("(9999999999, 9999999999)")),
        ("short.npy", hostile_npy("(1000, 1000)")),
        ("negative.npy", hostile_npy("(-4, 4)")),
        ("text.npy", b"hello"),
        ("text.npz", b"hello"),
        ("cut.npz", b"PK\x03\x04" + b"\x00" * 40),
        ("text.png", b"hello"),
        ("text.tif", b"hello"),
        ("text.sgy", b"hello"),
        ("empty.npy", b""),
        ("a.docx", b"hello"),
    ],
)
def test_what_is_no_array_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FormatError, match=name.replace(".", r"\.")) as caught:
        read_array(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_what_is_not_there_and_what_holds_no_numbers(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="check the path"):
        read_array(tmp_path / "none.npy")
    np.save(tmp_path / "words.npy", np.array(["a", "b"]))
    np.save(tmp_path / "nothing.npy", np.zeros((0, 4)))
    with pytest.raises(FormatError, match="give an array of numbers"):
        read_array(tmp_path / "words.npy")
    with pytest.raises(FormatError, match="give one with elements"):
        read_array(tmp_path / "nothing.npy")
    with pytest.raises(FormatError, match="is a folder and no zarr store"):
        read_array(tmp_path)
