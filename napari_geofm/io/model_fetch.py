"""Models from elsewhere: fetched file by file from an address or the hub, kept only if their hash is right."""

import os
import re
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from pathlib import Path

from napari_geofm.errors import ModelError, SourceError, UsageError
from napari_geofm.io.atomic import replacing_folder
from napari_geofm.io.models import ADAPTER, CARD, HEAD, RECIPE, read_model

__all__ = ["address_of", "fetch_model", "is_address"]

HUB = "hub:"
"""Begins the name of a model on the Hugging Face hub: ``hub:owner/name`` or ``hub:owner/name@revision``."""

LIMIT_S = 20.0
"""Seconds without an answer after which an address counts as out of reach."""

MOST_BYTES = 2_000_000_000
"""Size from which on a file is no adapter and no decoder."""

NEEDED = {RECIPE: True, HEAD: True, ADAPTER: False, CARD: False}
"""Files that are asked for, and whether a model must have them. Nothing else is fetched; none of them can run."""

_CHUNK = 1 << 20


def is_address(word: str) -> bool:
    """Return whether a word names a model elsewhere."""
    return word.startswith((HUB, "http://", "https://"))


def address_of(word: str) -> str:
    """Return where the files of a model lie.

    Raises
    ------
    UsageError
        When the word is none of the forms.

    Examples
    --------
    >>> address_of("https://example.org/models/craters-2/")
    'https://example.org/models/craters-2'
    """
    if not word.startswith(HUB):
        return word.rstrip("/")
    found = re.fullmatch(r"([\w.-]+/[\w.-]+)(?:@([\w./-]+))?", word.removeprefix(HUB))
    if found is None:
        msg = f"'{word}' names no model on the hub; write hub:owner/name, or hub:owner/name@revision"
        raise UsageError(msg)
    endpoint = (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")
    return f"{endpoint}/{found[1]}/resolve/{found[2] or 'main'}"


def fetch_model(word: str, folder: Path, fingerprint: str, *, overwrite: bool = False) -> Path:
    """Fetch a model into a folder; what has another fingerprint than the one that is asked for is thrown away.

    Parameters
    ----------
    word
        An address under which ``recipe.toml``, ``head.safetensors`` and so on lie, or ``hub:owner/name``.
    folder
        The folder to be.
    fingerprint
        sha256 of recipe, head and adapter, as ``geofm models show`` prints it where the model comes from.
    overwrite
        Whether a model that is there is replaced.

    Raises
    ------
    UsageError
        When the fingerprint is none.
    SourceError
        When the address cannot be reached or lacks a file.
    ModelError
        When what arrived is damaged, or another model.
    OutputError
        When the folder is there, or cannot be written.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", fingerprint):
        msg = (
            f"A model from elsewhere needs --sha256 HASH, 64 digits that 'geofm models show' prints where it comes "
            f"from, not '{fingerprint}'"
        )
        raise UsageError(msg)
    address = address_of(word)
    with replacing_folder(folder, overwrite=overwrite, holds=(RECIPE,)) as beside:
        for name, needed in NEEDED.items():
            _fetch(f"{address}/{urllib.parse.quote(name)}", beside / name, needed=needed)
        found = read_model(beside).fingerprint
        if found != fingerprint:
            msg = f"{word} has the sha256 {found}, not {fingerprint}: another model, which is not kept; check the hash"
            raise ModelError(msg)
    return folder


def _fetch(url: str, target: Path, *, needed: bool) -> None:
    """Write what an address holds to a file; nothing where it holds nothing and need not."""
    request = urllib.request.Request(url, headers={"User-Agent": "napari-geofm"})
    try:
        with urllib.request.urlopen(request, timeout=LIMIT_S) as answer, target.open("wb") as file:
            done = 0
            while chunk := answer.read(_CHUNK):
                done += len(chunk)
                if done > MOST_BYTES:
                    msg = f"{url} is larger than {MOST_BYTES / 1e9:g} GB; a model's files are a few MB"
                    raise SourceError(msg)
                file.write(chunk)
    except urllib.error.HTTPError as error:
        code = error.code
        error.close()
        if code == 404 and not needed:
            target.unlink(missing_ok=True)
            return
        what = "there is no such file" if code == 404 else f"it answers with HTTP status {code}"
        msg = f"{url} cannot be fetched: {what}; give the address of a model's folder"
        raise SourceError(msg) from None
    except (OSError, HTTPException) as error:
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        words = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
        msg = f"{url} cannot be reached ({words}); fetch the model's folder by other means and give its path"
        raise SourceError(msg) from None
