import pytest
import torch

from napari_geofm.errors import DeviceError
from napari_geofm.nets import devices


@pytest.mark.parametrize(
    ("there", "name", "expected"),
    [(False, "auto", "cpu"), (True, "auto", "cuda"), (True, "cuda", "cuda"), (True, "cpu", "cpu")],
)
def test_choice(monkeypatch: pytest.MonkeyPatch, there: bool, name: str, expected: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    assert devices.choose_device(name).type == expected


@pytest.mark.parametrize("name", ["cuda", "tpu"])
def test_what_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match="choose auto"):
        devices.choose_device(name)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [({"avx2", "avx512f"}, "fp32"), ({"avx512_bf16"}, "bf16"), ({"amx_bf16"}, "bf16"), (set(), "fp32")],
)
def test_precision_of_a_cpu(monkeypatch: pytest.MonkeyPatch, flags: set[str], expected: str) -> None:
    monkeypatch.setattr(devices, "_cpu_info", lambda: ("a processor", frozenset(flags)))
    cpu = torch.device("cpu")
    assert devices.choose_precision("auto", cpu) == expected
    assert [devices.choose_precision(name, cpu) for name in ("bf16", "fp32")] == ["bf16", "fp32"]
    assert devices.describe_device(cpu).precision == expected


@pytest.mark.parametrize(("capability", "expected"), [((7, 5), "fp32"), ((8, 0), "bf16"), ((9, 0), "bf16")])
def test_precision_of_a_gpu(monkeypatch: pytest.MonkeyPatch, capability: tuple[int, int], expected: str) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert devices.choose_precision("auto", torch.device("cuda")) == expected


def test_unknown_precision() -> None:
    with pytest.raises(DeviceError, match="choose auto, bf16 or fp32"):
        devices.choose_precision("fp16", torch.device("cpu"))


def test_description() -> None:
    info = devices.describe_device(torch.device("cpu"))
    assert info.kind == "cpu"
    assert info.name
    assert 0 < info.free_bytes <= info.memory_bytes
    assert "GiB free" in str(info)


@pytest.mark.parametrize(("precision", "dtype"), [("bf16", torch.bfloat16), ("fp32", torch.float32)])
def test_autocast(precision: devices.Precision, dtype: torch.dtype) -> None:
    x = torch.ones(2, 2)
    with devices.autocast(torch.device("cpu"), precision):
        assert (x @ x).dtype == dtype
