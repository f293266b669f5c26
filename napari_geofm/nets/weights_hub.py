"""Weights from the Hugging Face hub, given up quickly where it cannot be reached."""

import hashlib
import os
import queue
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from napari_geofm.errors import WeightsError

if TYPE_CHECKING:
    from napari_geofm.nets.encoder_spec import EncoderSpec

__all__ = ["HubAnswer", "download", "open_hub"]

FILE_NAME = "model.safetensors"
REACH_LIMIT_S = 5.0
STALL_LIMIT_S = 30.0
_CHUNK = 1 << 20


class _HashKeeper(urllib.request.HTTPRedirectHandler):
    """Follows redirects and keeps the file's sha256, which the hub names in the first answer only."""

    def __init__(self) -> None:
        self.sha256 = ""

    def look(self, headers: Message) -> None:
        """Take the hash from an answer's headers."""
        tag = (headers.get("X-Linked-Etag") or headers.get("ETag") or "").strip('W/"')
        if re.fullmatch(r"[0-9a-f]{64}", tag):
            self.sha256 = self.sha256 or tag

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        self.look(headers)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@dataclass(frozen=True, slots=True)
class HubAnswer:
    """An open answer of the hub.

    Parameters
    ----------
    stream : file object
        The bytes to come; close it.
    total : int
        Bytes in all; 0 where not told.
    sha256 : str
        As the hub names it; empty where not told.
    url : str
        What was asked for.
    """

    stream: Any
    total: int
    sha256: str
    url: str


def open_hub(spec: "EncoderSpec", limit_s: float = REACH_LIMIT_S) -> HubAnswer:
    """Ask the hub for an encoder's file; the answer's headers have arrived when this returns.

    Parameters
    ----------
    spec : EncoderSpec
        Whose ``model.safetensors``.
    limit_s : float
        Overall limit in seconds, names and redirects included: the resolver has no time limit of its own, so the
        question is asked in a thread that is left behind when time is up.

    Raises
    ------
    WeightsError
        In a few words: offline by choice, not reached, not found, or a licence to accept.
    """
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "TRUE", "YES", "ON"}:
        raise WeightsError("HF_HUB_OFFLINE is set")
    endpoint = (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")
    if not endpoint.startswith(("https://", "http://")):
        raise WeightsError(f"HF_ENDPOINT is '{endpoint}', not an http address")
    url = f"{endpoint}/{spec.hub_repo}/resolve/main/{FILE_NAME}"
    answers: queue.Queue[HubAnswer | Exception] = queue.Queue()
    late = threading.Event()
    threading.Thread(target=_ask, args=(url, answers, late), name="geofm-hub", daemon=True).start()
    try:
        answer = answers.get(timeout=limit_s)
    except queue.Empty:
        late.set()
        raise WeightsError(f"no answer within {limit_s:g} s") from None
    if isinstance(answer, Exception):
        raise WeightsError(_reason(answer, spec)) from answer
    return answer


def _ask(url: str, answers: "queue.Queue[HubAnswer | Exception]", late: threading.Event) -> None:
    """Open the address and hand over the answer, or what went wrong."""
    keeper = _HashKeeper()
    request = urllib.request.Request(url, headers={"User-Agent": "napari-geofm"})
    try:
        token = _token()
        if token:
            # Not sent on to the storage that the hub redirects to.
            request.add_unredirected_header("Authorization", f"Bearer {token}")
        stream = urllib.request.build_opener(keeper).open(request, timeout=STALL_LIMIT_S)
        keeper.look(stream.headers)
        answers.put(HubAnswer(stream, int(stream.headers.get("Content-Length") or 0), keeper.sha256, url))
        if late.is_set():
            stream.close()
    except Exception as error:  # noqa: BLE001 - whatever ends the thread is the asker's to know
        answers.put(error)


def _token() -> str | None:
    """Return the user's hub token, for encoders whose licence has to be accepted there."""
    from huggingface_hub import get_token

    return get_token()


def _reason(error: Exception, spec: "EncoderSpec") -> str:
    """Say in a few words why the hub gave nothing."""
    if isinstance(error, urllib.error.HTTPError):
        code = error.code
        error.close()
        if code in {401, 403}:
            return f"it asks for a login or an accepted licence, see https://huggingface.co/{spec.hub_repo}"
        return f"it has no {spec.hub_repo}" if code == 404 else f"it answered with HTTP status {code}"
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, OSError) and cause.strerror:
        return f"not reached: {cause.strerror}"
    return f"not reached: {cause}"


def download(answer: HubAnswer, target: Path, report: Callable[[int, int, str], None]) -> str:
    """Write the answer's bytes to a file.

    Parameters
    ----------
    answer : HubAnswer
        From :func:`open_hub`; closed here.
    target : Path
        A file in a working folder.
    report : callable
        Called with bytes done, bytes in all (0 where not known) and a text.

    Returns
    -------
    str
        sha256 of what arrived.

    Raises
    ------
    WeightsError
        Where the connection broke, or other bytes arrived than the hub named.
    """
    digest, done = hashlib.sha256(), 0
    with answer.stream as stream, target.open("wb") as file:
        while True:
            try:
                chunk = stream.read(_CHUNK)
            except (OSError, HTTPException) as error:
                raise WeightsError(f"the connection broke after {done / 1e6:.0f} MB") from error
            if not chunk:
                break
            digest.update(chunk)
            file.write(chunk)
            done += len(chunk)
            report(done, answer.total, "Downloading the encoder from the Hugging Face hub")
    if answer.total and done != answer.total:
        raise WeightsError(f"the connection broke after {done / 1e6:.0f} of {answer.total / 1e6:.0f} MB")
    if answer.sha256 and digest.hexdigest() != answer.sha256:
        raise WeightsError("what arrived has another sha256 than the hub names")
    return digest.hexdigest()
