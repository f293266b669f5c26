"""Where networks compute, and how exactly."""

import functools
import platform
import warnings
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil
import torch

from napari_geofm.errors import DeviceError

__all__ = ["DeviceInfo", "Precision", "autocast", "choose_device", "choose_precision", "describe_device", "exhaust"]

Precision = Literal["bf16", "fp32"]

_CPU_FLAGS = ("avx512_bf16", "amx_bf16", "bf16")
_CUDA_WITH_BF16 = (8, 0)


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """A device in words and numbers.

    Parameters
    ----------
    kind : str
        ``cuda`` or ``cpu``.
    name : str
        As its maker calls it.
    memory_bytes, free_bytes : int
        Memory in all, and what could be taken now.
    precision : {"bf16", "fp32"}
        What ``auto`` means on it.
    """

    kind: str
    name: str
    memory_bytes: int
    free_bytes: int
    precision: Precision

    def __str__(self) -> str:
        free, total = self.free_bytes / 2**30, self.memory_bytes / 2**30
        return f"{self.kind}: {self.name}, {free:.1f} of {total:.1f} GiB free, {self.precision}"


def _cuda_there() -> bool:
    """Return whether CUDA can be used; an old driver's warning is not for the user."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module=r"torch\.cuda")
        return torch.cuda.is_available()


def choose_device(name: str = "auto") -> torch.device:
    """Return the device to compute on.

    Parameters
    ----------
    name : str
        ``auto`` takes CUDA where there is one; ``cuda`` or ``cpu`` take that.

    Raises
    ------
    DeviceError
        Where CUDA is asked for and there is none, or the name is another one.
    """
    if name not in {"auto", "cuda", "cpu"}:
        raise DeviceError(f"Device '{name}' is unknown; choose auto, cuda or cpu.")
    if name == "cpu":
        return torch.device("cpu")
    if _cuda_there():
        return torch.device("cuda")
    if name == "cuda":
        raise DeviceError(
            "Device 'cuda' was asked for and PyTorch finds none; choose auto or cpu, or check the driver."
        )
    return torch.device("cpu")


def choose_precision(name: str, device: torch.device) -> Precision:
    """Return the precision of the matrix products.

    Parameters
    ----------
    name : str
        ``auto`` takes bf16 (autocast; weights and batch norm stay float32) where the device is fast at it: CUDA from
        compute capability 8, a CPU with AVX-512 BF16, AMX or Arm BF16. ``bf16`` or ``fp32`` take that.
    device : torch.device
        Where to compute.

    Raises
    ------
    DeviceError
        Where the name is another one.

    Notes
    -----
    Decided by the processor's flags, not by a measurement, so that one machine always decides the same: results are
    to be reproducible bit for bit.
    """
    if name == "bf16":
        return "bf16"
    if name == "fp32":
        return "fp32"
    if name != "auto":
        raise DeviceError(f"Precision '{name}' is unknown; choose auto, bf16 or fp32.")
    if device.type == "cuda":
        return "bf16" if torch.cuda.get_device_capability(device) >= _CUDA_WITH_BF16 else "fp32"
    return "bf16" if device.type == "cpu" and not _cpu_flags().isdisjoint(_CPU_FLAGS) else "fp32"


def autocast(device: torch.device, precision: Precision) -> AbstractContextManager[object]:
    """Return a context in which matrix products are computed in ``precision``."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bf16")


@functools.cache
def _cpu_info() -> tuple[str, frozenset[str]]:
    """Return the processor's name and flags as Linux tells them; other systems tell no flags."""
    name, flags = platform.processor() or platform.machine(), frozenset[str]()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return name, flags
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            name = value.strip()
        elif key.strip() in {"flags", "Features"}:
            return name, frozenset(value.split())
    return name, flags


def _cpu_flags() -> frozenset[str]:
    """Return the processor's flags; empty where unknown."""
    return _cpu_info()[1]


def describe_device(device: torch.device) -> DeviceInfo:
    """Return a device's name, memory and usual precision."""
    precision = choose_precision("auto", device)
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        return DeviceInfo("cuda", torch.cuda.get_device_name(device), total, free, precision)
    memory = psutil.virtual_memory()
    return DeviceInfo(device.type, _cpu_info()[0], memory.total, memory.available, precision)


def exhaust(device: torch.device) -> None:
    """Run out of memory on purpose, to see what becomes of it.

    On a GPU half of what is free is taken first, so that a true allocation fails beside others; on the host, whose
    memory other programs need, more is asked for at once than any process can address.

    Raises
    ------
    RuntimeError
        Torch's own, nothing being wrong.
    """
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        held = torch.empty(free // 2, dtype=torch.uint8, device=device)
        torch.empty(total, dtype=torch.uint8, device=device)
        del held
    else:
        torch.empty(2**52, dtype=torch.uint8)
