from __future__ import annotations

import bz2
import gzip
import json
import lzma
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from newsclean.corpus import InputError, dedupe
from newsclean.corpus.command import dedupe as command
from newsclean.corpus.dedupe import paragraphs

duckdb = pytest.importorskip("duckdb")

from newsclean.corpus.database import connect  # noqa: E402
from newsclean.corpus.duck import dedupe_file, dedupe_to  # noqa: E402
from newsclean.corpus.index import Index  # noqa: E402

from .generate import corpus  # noqa: E402

TEXTS, CLUSTER = corpus(11, 60)
ROWS: list[dict[str, Any]] = [
    {"id": i if i % 2 else f"页{i}", "text": t, "date": "1957-03-02"} for i, t in enumerate(TEXTS)
]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in ROWS), encoding="utf-8")
    return path


def run(*arguments: object) -> str:
    answer = CliRunner().invoke(command, [str(a) for a in arguments])
    assert answer.exit_code == 0, answer.output
    return answer.output


@pytest.mark.parametrize("by", ["document", "paragraph"])
def test_duckdb_and_memory_agree(source: Path, by: Any) -> None:
    here, there = dedupe(source, by=by), dedupe_file(source, by=by)
    assert here.groups == there.groups != []
    assert here.kept == there.kept
    assert list(here) == list(there)
    assert here.counts == there.counts


@pytest.mark.parametrize("by", ["document", "paragraph"])
@pytest.mark.parametrize("keep", ["first", "longest", "cleanest"])
def test_what_is_written_is_what_the_result_says(source: Path, tmp_path: Path, keep: str, by: Any) -> None:
    more = {
        "two": f"{TEXTS[3]}\n\n{TEXTS[0]}\n另起一行，说别的事情。",
        "gone": f"{TEXTS[3]}\n{TEXTS[0]}",  # its lines stand above
        "void": "\n \n",
    }
    with source.open("a", encoding="utf-8") as out:
        out.writelines(json.dumps({"id": id_, "text": text}) + "\n" for id_, text in more.items())
    kept, groups, pairs = tmp_path / "kept.jsonl", tmp_path / "groups.jsonl", tmp_path / "pairs.parquet"
    result = dedupe_file(source, keep=keep, by=by)
    written = dedupe_to(source, kept, groups=groups, pairs=pairs, keep=keep, by=by)
    rows = [json.loads(line) for line in kept.open(encoding="utf-8")]
    if by == "document":
        assert [row["id"] for row in rows] == result.kept
    else:
        lines = {row["id"]: paragraphs(row["text"]) for row in map(json.loads, source.open(encoding="utf-8"))}
        assert [(row["id"], line) for row in rows for line in row["text"].split("\n")] == [
            (place.id, lines[place.id][place.paragraph]) for place in result.kept
        ]
    as_json = json.loads(json.dumps(result.groups))
    assert [json.loads(line) for line in groups.open(encoding="utf-8")] == as_json != []
    assert written.counts == result.counts
    assert (written.dropped, written.groups, str(written)) == (len(result.dropped), len(result.groups), str(result))
    table = pq.read_table(pairs).to_pylist()
    assert [json.loads(row["a"]) for row in table] == json.loads(json.dumps([pair.a for pair in result]))
    for row, pair in zip(table, result, strict=True):
        assert [tuple(span.values()) for span in row["spans"]] == result.spans(pair)
        assert (row["similarity"], row["verdict"], row["duplicate"]) == (pair.similarity, pair.verdict, pair.duplicate)


def test_command(source: Path, tmp_path: Path) -> None:
    kept, groups, pairs = tmp_path / "kept.jsonl", tmp_path / "groups.jsonl", tmp_path / "pairs.parquet"
    run(source, "-o", kept, "--groups", groups, "--pairs", pairs)
    expected = dedupe(ROWS)
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    assert kept.read_text(encoding="utf-8") == "".join(lines[i] for i in expected.positions)
    assert [json.loads(line) for line in groups.open(encoding="utf-8")] == expected.groups
    table = pq.read_table(pairs).to_pylist()
    assert [(json.loads(r["a"]), json.loads(r["b"]), r["similarity"]) for r in table] == [
        (p.a, p.b, p.similarity) for p in expected
    ]
    assert all(r["spans"] for r in table if r["duplicate"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["corpus.jsonl", "groups.jsonl", "kept.jsonl", "pairs.parquet"]


def test_command_by_paragraph_and_parquet(tmp_path: Path) -> None:
    texts = [TEXTS[0] + "\n" + TEXTS[1], TEXTS[2] + "\n" + TEXTS[1]]
    source, kept, groups = tmp_path / "c.parquet", tmp_path / "k.parquet", tmp_path / "g.jsonl"
    pq.write_table(pa.table({"name": ["a", "b"], "body": texts}), source)
    run(source, "-o", kept, "--groups", groups, "--by", "paragraph", "--id-field", "name", "--text-field", "body")
    assert pq.read_table(kept).to_pylist() == [{"name": "a", "body": texts[0]}, {"name": "b", "body": TEXTS[2]}]
    assert json.loads(groups.read_text(encoding="utf-8")) == [["a", 1], ["b", 1]]


def test_command_with_parquet_and_other_names(tmp_path: Path) -> None:
    source, kept = tmp_path / "c.parquet", tmp_path / "k.parquet"
    rows = [{"name": n, "body": TEXTS[i], "page": 4} for n, i in (("a", 0), ("b", 1), ("c", 0), ("d", 2))]
    pq.write_table(pa.Table.from_pylist(rows), source)
    run(source, "-o", kept, "--id-field", "name", "--text-field", "body")
    assert pq.read_table(kept).to_pylist() == [rows[0], rows[1], rows[3]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": 1, "body": "甲"}\n', "no field 'text'; it has id, body"),
        ('{"id": 1, "text": null}\n{"id": 2, "text": "甲"}\n', "c.jsonl, line 1 .id 1.: field .text. is empty .null., not a string"),
        ('{"id": 1, "text": "甲"}\n\n{"id": 1, "text": "乙"}\n', r"id 1 stands twice \(.*c.jsonl, line 1; .*c.jsonl, line 3\)"),
        ('{"id": {"page": 1}, "text": "甲"}\n', "c.jsonl, line 1: the id is a dict"),
        ('{"id": 1, "text": "甲"}\n\n{"id": 2\n', "c.jsonl, line 3: not JSON: .* at character 9 .*mend or delete"),
        ('{"id": 1, "text": "甲"}\n["乙"]\n', "c.jsonl, line 2: expected a string"),
        ('{"id": 1, "text": "甲"}\n\udcff\n', "c.jsonl, line 2: not UTF-8 .*iconv"),
    ],
)
def test_errors_of_files(tmp_path: Path, content: str, message: str) -> None:
    source = tmp_path / "c.jsonl"
    source.write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(InputError, match=message):
        dedupe_file(source, work=tmp_path / "work.duckdb")
    with pytest.raises(InputError, match=message):
        dedupe(source)
    assert [path.name for path in tmp_path.iterdir()] == ["c.jsonl"]


def packed(path: Path, content: str) -> Path:
    """Write a file, packed as its name says, by other means than ours."""
    data = content.encode()
    codecs: dict[str, Any] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
    codecs[".zst"] = lambda data: pa.Codec("zstd").compress(data, asbytes=True)
    path.write_bytes(codecs[path.suffix](data))
    return path


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz", ".zst"])
def test_packed_files_are_read_and_written(source: Path, tmp_path: Path, ending: str) -> None:
    content = source.read_text(encoding="utf-8")
    other = packed(tmp_path / f"other.jsonl{ending}", "\ufeff" + content)
    kept, plain = tmp_path / f"kept.jsonl{ending}", tmp_path / "kept.jsonl"
    run(other, "-o", kept)
    run(source, "-o", plain)
    assert dedupe(kept).kept == dedupe(plain).kept == dedupe(ROWS).kept
    run(other, "-o", plain)
    assert [json.loads(line)["id"] for line in plain.open(encoding="utf-8")] == dedupe(ROWS).kept
    if ending != ".zst":  # the header alone
        (cut := tmp_path / f"cut.jsonl{ending}").write_bytes(other.read_bytes()[:-20])
        with pytest.raises(InputError, match=r"cut.jsonl.* cut short or damaged"):
            dedupe(cut)


def test_a_folder_is_read_in_the_order_of_its_names(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "year"
    (folder / "02").mkdir(parents=True)
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "01.jsonl").write_text("".join(lines[:40]), encoding="utf-8")
    (folder / "02" / "a.jsonl").write_text("".join(lines[40:]).rstrip("\n"), encoding="utf-8")
    (folder / "notes.md").write_text("no document")
    run(folder, "-o", tmp_path / "a.jsonl")
    run(source, "-o", tmp_path / "b.jsonl")
    assert (tmp_path / "a.jsonl").read_text() == (tmp_path / "b.jsonl").read_text() != ""
    texts = tmp_path / "texts"
    texts.mkdir()
    for name, text in (("b.txt", TEXTS[1]), ("a.txt", TEXTS[0]), ("c.txt", TEXTS[0] + "。")):
        (texts / name).write_text(text, encoding="utf-8")
    run(texts, "-o", tmp_path / "c.jsonl")
    assert [json.loads(line)["id"] for line in (tmp_path / "c.jsonl").open(encoding="utf-8")] == ["a.txt", "b.txt"]
    assert dedupe(str(texts)).kept == ["a.txt", "b.txt"]
    (tmp_path / "void").mkdir()
    with pytest.raises(InputError, match="no documents in this folder"):
        dedupe(tmp_path / "void")


def test_command_errors(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    invoke = CliRunner().invoke
    missing = invoke(command, ["nowhere.jsonl", "-o", str(tmp_path / "k")])
    assert (missing.exit_code, "no such file" in missing.output) == (2, True)
    assert "overwrite the source" in invoke(command, [str(source), "-o", str(source)]).output
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    answer = invoke(command, [str(source), "-o", str(tmp_path / "k")])
    assert (answer.exit_code, answer.output) == (2, "newsclean dedupe needs duckdb, pyarrow: pip install 'newsclean[corpus]'\n")


def test_a_stopped_run_goes_on(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsclean.corpus.run._DOCS_AT_ONCE", 40)
    monkeypatch.setattr("newsclean.corpus.run._PAIRS_AT_ONCE", 20)
    monkeypatch.setattr("newsclean.corpus.database._MEETINGS_AT_ONCE", 500)
    expected = dedupe(source)
    with source.open("a", encoding="utf-8") as out:
        out.write('{"id": 1')
    for stop in (1, 3, 7):
        work, kept = tmp_path / f"{stop}.duckdb", tmp_path / f"{stop}.jsonl"
        seen: list[tuple[str, int]] = []

        def halt(stage: str, done: int, whole: int, seen: list[tuple[str, int]] = seen, stop: int = stop) -> None:
            seen.append((stage, done))
            if len(seen) == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            dedupe_to(source, kept, work=work, skip_bad=True, progress=halt)
        again: list[tuple[str, int]] = []
        written = dedupe_to(source, kept, work=work, skip_bad=True, progress=lambda *step, again=again: again.append(step[:2]))
        assert [json.loads(line)["id"] for line in kept.open(encoding="utf-8")] == expected.kept
        assert (written.counts, [*written.bad]) == (expected.counts, [len(TEXTS)])
        assert not set(seen[:-1]) & set(again)  # what was done is not done again


def test_small_memory_limit_is_refused(source: Path) -> None:
    with pytest.raises(ValueError, match="at least 300 MB"):
        connect(":memory:", 100)


def test_index_finds_what_the_whole_corpus_finds(tmp_path: Path) -> None:
    whole = dedupe(ROWS)
    with Index(tmp_path / "archive.duckdb") as index:
        parts = [index.add(ROWS[i : i + 50]) for i in range(0, len(ROWS), 50)]
        assert len(index) == len(ROWS)
        kept = [ROWS[50 * n + i]["id"] for n, part in enumerate(parts) for i in part.kept]
        # what came earlier stays, also when a later one shows that two earlier ones belong together
        assert set(whole.kept) <= set(kept)
        assert {r.id for part in parts for r in part.repeats} <= {d.id for d in whole.dropped}
        pairs = [p for part in parts for p in part.pairs]
        assert sorted(pairs, key=str) == sorted(
            ((p.a, p.b, p.similarity, {"same": 0, "numbers": 1, "form": 2, "part": 3, "short": 4}[p.verdict]) for p in whole),
            key=str,
        )
        index.write_segments(tmp_path / "segments")
    rows = duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/segments/*/documents.parquet'").fetchall()
    assert rows == [(len(ROWS),)]


def test_index_adds_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "archive.duckdb"
    with Index(path) as index:
        first = index.add(ROWS[:60])
    with Index(path) as index:
        assert index.add(ROWS[:60]) == first
        assert len(index) == 60
        with pytest.raises(InputError, match=r"stands in .* already"):
            index.add(ROWS[50:80])
        assert len(index) == 60
        with pytest.raises(InputError, match=r"stands twice; ids"):
            index.add([("x", TEXTS[0]), ("x", TEXTS[1])])
        (twice := tmp_path / "t.jsonl").write_text('{"id": "x", "text": "甲"}\n' * 2, encoding="utf-8")
        with pytest.raises(InputError, match=r"stands twice \(.*t.jsonl, line 1; .*t.jsonl, line 2\)"):
            index.add(twice)
    with pytest.raises(InputError, match="made with preset default"):
        Index(path, preset="fast")
    duckdb.connect(str(path), read_only=True).close()  # what was refused is not held open
    duckdb.connect(str(tmp_path / "other.duckdb")).execute("CREATE TABLE x (y INT)").close()
    with pytest.raises(InputError, match="not an index"):
        Index(tmp_path / "other.duckdb")


ADD = """
import json, sys
from newsclean.corpus.index import Index
rows = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
index = Index(sys.argv[1])
index.add(rows, progress=lambda *stage: print(*stage, flush=True))
print("done", flush=True)
"""


@pytest.mark.parametrize("moment", ["sketch", "verify", "added", "done"])
def test_a_killed_addition_leaves_before_or_after(source: Path, tmp_path: Path, moment: str) -> None:
    path = tmp_path / "archive.duckdb"
    earlier = [{"id": f"e{i}", "text": t} for i, t in enumerate(TEXTS[:30])]
    with Index(path) as index:
        index.add(earlier)
    with subprocess.Popen([sys.executable, "-c", ADD, path, source], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith(moment):
                break
        time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    with Index(path) as index:
        size = len(index)
        before, after = {30}, {30 + len(ROWS)}
        assert size in {"sketch": before, "verify": before | after}.get(moment, after)
        again = index.add(source)
        assert len(index) == 30 + len(ROWS)
    shutil.copy(source, tmp_path / "same.jsonl")
    with Index(tmp_path / "fresh.duckdb") as fresh:
        fresh.add(earlier)
        assert fresh.add(tmp_path / "same.jsonl") == again


@pytest.mark.parametrize("stage", ["_load", "_check_ids", "_candidates", "_verify", "_repeats", "_added"])
@pytest.mark.parametrize("after", [False, True])
def test_an_addition_that_fails_at_a_stage_leaves_before_or_after(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str, after: bool
) -> None:
    """The stage itself fails, or what comes right behind it; then the same addition is made again."""
    path = tmp_path / "archive.duckdb"
    with Index(path) as index:
        index.add(ROWS[:30])
    real = getattr(Index, stage)

    def fail(self: Index, *arguments: Any) -> None:
        if after:
            real(self, *arguments)
        raise MemoryError("full")

    with monkeypatch.context() as patch, Index(path) as index:
        patch.setattr(Index, stage, fail)
        with pytest.raises(MemoryError):
            index.add(ROWS[30:])
    with Index(path) as index:
        # only what is read for the answer comes behind the transaction
        assert len(index) == (len(ROWS) if stage == "_added" else 30)
        again = index.add(ROWS[30:])
        assert len(index) == len(ROWS)
    with Index(tmp_path / "fresh.duckdb") as fresh:
        fresh.add(ROWS[:30])
        assert fresh.add(ROWS[30:]) == again


def test_command_with_an_index(source: Path, tmp_path: Path) -> None:
    index, kept, groups, pairs = (tmp_path / n for n in ("archive.duckdb", "kept.jsonl", "g.jsonl", "p.parquet"))
    run(source, "-o", kept, "--index", index)
    first = kept.read_text(encoding="utf-8")
    today = tmp_path / "today.jsonl"
    today.write_text(json.dumps({"id": "new", "text": TEXTS[3]}) + "\n" + json.dumps({"id": "own", "text": "今天没有新闻。"}) + "\n")
    output = run(today, "-o", kept, "--groups", groups, "--pairs", pairs, "--index", index)
    assert "2 read, 1 repeat others, 1 kept" in output
    assert [json.loads(line)["id"] for line in kept.open(encoding="utf-8")] == ["own"]
    assert json.loads(groups.read_text(encoding="utf-8"))[-1] == "new"
    assert pq.read_table(pairs)["similarity"].to_pylist()
    assert first.count("\n") == len(dedupe(ROWS).kept)


def test_an_index_tells_what_it_capped(tmp_path: Path) -> None:
    """A hundred and more copies of one text crowd every bucket; they are found all the same, and the crowds are told."""
    rows = [(i, TEXTS[0] + "。" * (i % 3)) for i in range(110)]
    with Index(tmp_path / "archive.duckdb") as index:
        added = index.add(rows)
        assert (added.kept, len(added.groups), len(added.groups[0])) == ([0], 1, 110)
        assert (added.crowded, added.crowded_documents) == (32, 32 * 110)
        assert index.add(rows) == added
    whole = dedupe(rows)
    assert (whole.counts.crowded, whole.counts.crowded_documents) == (32, 32 * 110)
    source = tmp_path / "c.jsonl"
    source.write_text("".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in rows), encoding="utf-8")
    for more in ([], ["--index", tmp_path / "other.duckdb"]):
        assert "32 crowded buckets (3520 entries)" in run(source, "-o", tmp_path / "k.jsonl", *more)
