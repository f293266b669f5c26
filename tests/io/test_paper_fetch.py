import hashlib
import http.server
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from napari_geofm.core.paper_tasks import TASKS
from napari_geofm.core.progress import Control, Progress, run_to_end
from napari_geofm.errors import CancelledError, SourceError
from napari_geofm.io import paper_fetch
from napari_geofm.io.paper_data import read_split
from napari_geofm.io.paper_fetch import fetch_paper_data
from tests.paper_miniature import small_tasks, write_miniature


class Record:
    """A record with files on a server of this machine; what was asked for is noted."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.md5: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        self.break_after: int | None = None
        self.answer: bytes | None = None
        record = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                record.serve(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def add(self, name: str, members: dict[str, bytes]) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        self.files[name] = packed.getvalue()

    def serve(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        name = handler.path.removeprefix("/")
        wanted = handler.headers.get("Range", "")
        self.asked.append((name, wanted))
        if name == "record":
            content = self.answer if self.answer is not None else json.dumps({"files": self.listing()}).encode()
        else:
            content = self.files[name]
        first = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        handler.send_response(206 if wanted else 200)
        handler.send_header("Content-Length", str(len(content) - first))
        handler.end_headers()
        end = len(content)
        if name != "record" and self.break_after is not None:
            end, self.break_after = first + self.break_after, None
        handler.wfile.write(content[first:end])

    def listing(self) -> list[dict[str, object]]:
        return [
            {
                "key": name,
                "size": len(content),
                "checksum": f"md5:{self.md5.get(name) or hashlib.md5(content, usedforsecurity=False).hexdigest()}",
                "links": {"self": f"{self.url}/{name}"},
            }
            for name, content in self.files.items()
        ]


@pytest.fixture
def record(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Record]:
    """Return a record with das, crater and a text."""
    served = Record()
    monkeypatch.setattr(paper_fetch, "RECORD", f"{served.url}/record")
    with small_tasks():
        source = write_miniature(tmp_path / "source", ("das", "crater"))
        for name in ("das", "crater"):
            files = list((source / name).rglob("*.dat"))
            served.add(f"{name}.zip", {str(path.relative_to(source)): path.read_bytes() for path in files})
        served.files["readme.txt"] = b"what it is"
        yield served
    served.server.shutdown()
    served.server.server_close()


def fetched(root: Path, *names: str, control: Control | None = None) -> list[Progress]:
    heard: list[Progress] = []
    folders = run_to_end(fetch_paper_data(root, [TASKS[name] for name in names], control or Control()), heard.append)
    for name, folder in zip(names, folders, strict=True):
        assert len(read_split(folder, TASKS[name], "train")) == 6
        assert len(read_split(folder, TASKS[name], "valid")) == 3
    return heard


def test_what_is_missing_is_fetched_checked_and_unpacked_once(record: Record, tmp_path: Path) -> None:
    heard = fetched(tmp_path / "data", "das")
    assert [name for name, _ in record.asked] == ["record", "das.zip"]
    assert any("fetching das.zip" in progress.text for progress in heard)
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["das"]
    # Nothing is asked for that is there; the other task is fetched by itself.
    fetched(tmp_path / "data", "das")
    assert len(record.asked) == 2
    fetched(tmp_path / "data", "das", "crater")
    assert [name for name, _ in record.asked[2:]] == ["record", "crater.zip"]


def test_members_without_the_tasks_folder_go_into_one_of_the_files_name(record: Record, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(record.files["das.zip"])) as archive:
        members = {member.removeprefix("das/"): archive.read(member) for member in archive.namelist()}
    record.add("das.zip", members)
    fetched(tmp_path / "data", "das")


def test_a_broken_transfer_goes_on_where_it_ended(record: Record, tmp_path: Path) -> None:
    record.break_after = 1000
    fetched(tmp_path / "data", "das")
    assert record.asked[1:] == [("das.zip", ""), ("das.zip", "bytes=1000-")]


def test_where_nothing_arrives_any_more_what_has_arrived_is_kept(record: Record, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "das.zip.part").write_bytes(record.files["das.zip"][:1000])
    record.break_after = 0
    with pytest.raises(
        SourceError, match=r"cannot be reached \(nothing arrived\); try again \(what has arrived is kept\)"
    ):
        fetched(tmp_path / "data", "das")
    assert (tmp_path / "data" / "das.zip.part").stat().st_size == 1000
    fetched(tmp_path / "data", "das")
    assert record.asked[-1] == ("das.zip", "bytes=1000-")
    # More than the record has is of something else.
    (tmp_path / "data" / "crater.zip.part").write_bytes(b"0" * 10**6)
    fetched(tmp_path / "data", "crater")


def test_cancel_keeps_what_has_arrived(record: Record, tmp_path: Path) -> None:
    control = Control()
    control.cancel()
    with pytest.raises(CancelledError):
        fetched(tmp_path / "data", "das", control=control)
    fetched(tmp_path / "data", "das")


def test_another_checksum_is_refused_and_nothing_kept(record: Record, tmp_path: Path) -> None:
    record.md5["das.zip"] = "0" * 32
    with pytest.raises(SourceError, match=r"das\.zip arrived with another checksum") as caught:
        fetched(tmp_path / "data", "das")
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize(
    "member", ["../outside.dat", "/outside.dat", "das/../../outside.dat", "..\\outside.dat", "C:/x"]
)
def test_a_member_that_leads_out_of_the_folder_is_refused(record: Record, tmp_path: Path, member: str) -> None:
    record.add("das.zip", {"das/train/image/0.dat": b"1", member: b"2"})
    with pytest.raises(SourceError, match="which leads out of the folder; nothing of it is unpacked"):
        fetched(tmp_path / "data", "das")
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["das.zip"]
    assert not list(tmp_path.rglob("outside.dat"))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"<html>", "in a form that is not known"),
        (b"[]", "in a form that is not known"),
        (b'{"files": [{"key": "../a.zip", "size": 1, "checksum": "md5:0", "links": {"self": ""}}]}', "not known"),
        (b'{"files": []}', "names no file for das"),
    ],
)
def test_a_record_that_answers_otherwise_is_said(record: Record, tmp_path: Path, answer: bytes, words: str) -> None:
    record.answer = answer
    with pytest.raises(SourceError, match=words) as caught:
        fetched(tmp_path / "data", "das")
    assert "\n" not in str(caught.value)


def test_a_record_out_of_reach_is_said_in_one_line(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_fetch, "RECORD", "http://127.0.0.1:9/record")
    with pytest.raises(SourceError, match=r"The record 10\.5281/zenodo\.12798750 cannot be reached \(") as caught:
        fetched(tmp_path / "data", "das")
    assert "\n" not in str(caught.value)
    assert "fetch its zip files by hand" in str(caught.value)
