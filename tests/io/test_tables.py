from pathlib import Path

import pytest

from napari_geofm.core.classes import PALETTE, ClassTable
from napari_geofm.errors import FormatError, LabelError, OutputError, SourceError
from napari_geofm.io.class_table import read_class_table, write_class_table
from napari_geofm.io.pairs import Pair, read_pairs


@pytest.mark.parametrize("name", ["names.csv", "names.json"])
def test_a_table_comes_back_as_it_was_written(tmp_path: Path, name: str) -> None:
    table = ClassTable.named(['say "salt", or so', "Tøy, µ", "sand"], ["#010203", None, "#ffffff"])
    write_class_table(table, tmp_path / name)
    assert read_class_table(tmp_path / name) == table
    with pytest.raises(OutputError, match="exists and is kept"):
        write_class_table(table, tmp_path / name)


@pytest.mark.parametrize(
    ("text", "colours"),
    [
        ("name,colour\nsalt,#AABBCC\nsand,\n", ["#aabbcc", PALETTE[1]]),
        ('\ufeffNAME, Color \nsalt,aabbcc\n\nsand,"1,2,3"\n', ["#aabbcc", "#010203"]),
        ("number,name,colour\n1,sand,1 2 3\n0,salt,#aabbcc\n", ["#aabbcc", "#010203"]),
        ("name\nsalt\nsand\n", list(PALETTE[:2])),
    ],
)
def test_what_people_write(tmp_path: Path, text: str, colours: list[str]) -> None:
    (tmp_path / "names.csv").write_text(text, encoding="utf-8")
    table = read_class_table(tmp_path / "names.csv")
    assert table.names == ("salt", "sand")
    assert [info.colour for info in table] == colours


def test_json_of_names_only(tmp_path: Path) -> None:
    (tmp_path / "names.json").write_text('["salt", {"name": "sand", "colour": [1, 2, 3]}]')
    assert read_class_table(tmp_path / "names.json") == ClassTable.named(["salt", "sand"], [PALETTE[0], "#010203"])


@pytest.mark.parametrize(
    ("text", "error", "line"),
    [
        ("", FormatError, "no column 'name'"),
        ("salt,red\nsand,blue\n", FormatError, "no column 'name'"),
        ("name,colour\n", LabelError, "names no class"),
        ("name,colour\nsalt,reddish\n", LabelError, "'reddish' is no colour"),
        ('name,colour\nsalt,"1,2,300"\n', LabelError, "is no colour"),
        ("name,colour\nsalt,1,2,3\n", FormatError, "has 4 cells, the header 2"),
        ("name,colour\n,#010203\n", LabelError, "has no name"),
        ("name\nsalt\nsalt\n", LabelError, "occurs twice"),
        ("number,name\n1,salt\n3,sand\n", LabelError, "class numbers are 1, 3"),
        ("number,name\none,salt\n", LabelError, "'one' is no class number"),
    ],
)
def test_bad_tables_are_refused_in_one_line(tmp_path: Path, text: str, error: type[Exception], line: str) -> None:
    (tmp_path / "names.csv").write_text(text)
    with pytest.raises(error, match=line) as caught:
        read_class_table(tmp_path / "names.csv")
    assert "\n" not in str(caught.value)


def test_tables_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="check the path"):
        read_class_table(tmp_path / "none.csv")
    (tmp_path / "bytes.csv").write_bytes(bytes(range(256)))
    with pytest.raises(FormatError, match="no CSV table in UTF-8"):
        read_class_table(tmp_path / "bytes.csv")
    for text in ("{", '{"name": 1}', "[[1]]", "[" * 100_000):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(FormatError, match=r"bad\.json is no"):
            read_class_table(tmp_path / "bad.json")


def test_pairs_are_relative_to_the_table(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "la.png", "lb.png"):
        (tmp_path / name).touch()
    (tmp_path / "pairs.csv").write_text("file,labels,split\na.png,la.png,\nb.png,lb.png,Valid\n")
    assert read_pairs(tmp_path / "pairs.csv") == (
        Pair(tmp_path / "a.png", tmp_path / "la.png", "train"),
        Pair(tmp_path / "b.png", tmp_path / "lb.png", "valid"),
    )
    (tmp_path / "short.csv").write_text("file,labels\na.png,la.png\n")
    assert read_pairs(tmp_path / "short.csv")[0].split == "train"


@pytest.mark.parametrize(
    ("text", "error", "line"),
    [
        ("file,labels,split\na.png,none.png,\n", SourceError, "names none.png, but there is no"),
        ("file,labels,split\na.png,a.png,holdout\n", FormatError, "split 'holdout'"),
        ("file,labels,split\na.png,,\n", FormatError, "a line has no labels"),
        ("file,labels,split\na.png,a.png,test\n", FormatError, "no pair to train on"),
        ("image,mask\na.png,a.png\n", FormatError, "no column 'file'"),
    ],
)
def test_bad_pairs_are_refused_in_one_line(tmp_path: Path, text: str, error: type[Exception], line: str) -> None:
    (tmp_path / "a.png").touch()
    (tmp_path / "pairs.csv").write_text(text)
    with pytest.raises(error, match=line):
        read_pairs(tmp_path / "pairs.csv")
