"""Files and documents as they come: fields that begin late, damaged archives, half characters."""

from __future__ import annotations

import datetime
import gzip
import json
import random
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from newsclean.corpus import InputError
from newsclean.corpus.outputs import write_kept
from newsclean.corpus.sources import rows_of

TEXT = "市政府昨日召开会议，部署今年的防汛工作。"


@pytest.mark.parametrize("first", [1, 3000])
def test_a_field_that_begins_late_is_kept_in_parquet(tmp_path: Path, first: int) -> None:
    rows: list[dict[str, Any]] = [{"id": k, "text": f"甲{k}", "page": None if k < first else 4} for k in range(4000)]
    for row in rows[first:]:
        row["title"] = "防汛"
    source, kept = tmp_path / "c.jsonl", tmp_path / "kept.parquet"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    write_kept(source, range(4000), kept)
    assert pq.read_table(kept).to_pylist() == [{"title": None, **row} for row in rows]


def test_nothing_kept_is_an_empty_file(tmp_path: Path) -> None:
    (source := tmp_path / "c.jsonl").write_text("")
    write_kept(source, [], tmp_path / "kept.parquet")
    assert pq.read_table(tmp_path / "kept.parquet").num_rows == 0


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.txt.gz"])
def test_an_archive_that_is_damaged_or_cut_short_is_named(tmp_path: Path, name: str) -> None:
    letters = random.Random(3)
    data = "".join(json.dumps({"text": "甲" * letters.randrange(9)}) + "\n" for _ in range(3000)).encode()
    whole, path = gzip.compress(data, mtime=0), tmp_path / name
    path.write_bytes(whole)
    assert len(list(rows_of(path))) == (3000 if "json" in name else 1)
    for broken in (whole[:200], whole[:10] + b"\xff" * 40 + whole[50:]):
        path.write_bytes(broken)
        with pytest.raises(InputError, match=rf"{name}: cannot be read: .*cut short or damaged"):
            list(rows_of(path))


@pytest.mark.parametrize("line", ["[" * 200_000, '{"text": "甲", "id": ' + "9" * 5000 + "}"])
def test_json_that_cannot_be_read_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "甲"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a.jsonl, line 2: .*mend or delete the line"):
        list(rows_of(path))


def test_half_a_surrogate_pair_does_no_harm_in_an_index(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    from newsclean.corpus.index import Index

    with Index(tmp_path / "i.duckdb") as index:
        assert index.add([("a\ud83d", TEXT + "\ud83d")]).documents == 1
        (found,) = index.add([("b", TEXT)]).repeats
        assert (found.id, found.first) == ("b", "a\ud83d")
        assert index.add([("a\ud83d", TEXT + "\ud83d")]).kept == [0]  # the same source again: nothing is added
        assert len(index) == 2
        with pytest.raises(InputError, match="of type date"):
            index.add([(datetime.date(1957, 3, 2), TEXT)])
        assert len(index) == 2


def test_half_a_surrogate_pair_comes_through_the_command(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    from newsclean.corpus.duck import dedupe_to

    rows = [{"id": "a\ud83d", "text": f"{TEXT}\n半\ud83d个"}, {"id": "b", "text": TEXT}]
    source, kept, groups = tmp_path / "c.jsonl", tmp_path / "k.jsonl", tmp_path / "g.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    dedupe_to(source, kept, groups=groups, pairs=tmp_path / "p.parquet", by="paragraph")
    assert json.loads(kept.read_text(encoding="utf-8")) == rows[0]
    assert json.loads(groups.read_text(encoding="utf-8")) == [["a\ud83d", 0], ["b", 0]]
