"""Deduplicate files larger than memory: DuckDB in-process, spilling to disk, with a stop and a resume.

Each stage writes its rows and a mark of how far it came in one transaction; a run that was stopped goes on from there.
Texts and sketches, which are read by number over and over, stand in flat files beside the database. A transaction books
what was written to them before; what is not booked is cut off when a stopped run goes on.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from newsclean.corpus import kernels, plan
from newsclean.corpus.database import batches, connect, meet, often_met, read_pairs, scalar
from newsclean.corpus.dedupe import By, Progress, paragraphs
from newsclean.corpus.files import Meetings, Sketches, Texts
from newsclean.corpus.inputs import InputError
from newsclean.corpus.inputs import documents as read_documents
from newsclean.corpus.result import Counts, Place, Result
from newsclean.corpus.settings import Preset
from newsclean.corpus.settings import preset as find_preset
from newsclean.corpus.sketch import EMPTY, Int64
from newsclean.corpus.sources import files_of
from newsclean.corpus.verify import verify

_DOCS_AT_ONCE = 4096
_CHARACTERS_AT_ONCE = 1_000_000
_BYTES_AT_ONCE = 8_000_000
_PAIRS_AT_ONCE = 10_000


class _Run:
    """One run over a work database."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, files: str, settings: Preset, progress: Progress | None = None
    ) -> None:
        self.con, self.files, self.settings = con, files, settings
        self.texts = Texts(Path(f"{files}.texts"))
        self.sketches = Sketches(Path(f"{files}.sketches"), settings.bins)
        self.begins = np.zeros(1, np.int64)
        self.folder: tempfile.TemporaryDirectory[str] | None = None  # lives as long as the run
        self.tell = progress or (lambda stage, done, whole: None)

    def close(self) -> None:
        """Close the database and the files."""
        for part in (self.con, self.texts, self.sketches):
            part.close()

    def done(self, stage: str) -> int:
        """How far a stage came; -1 before its beginning."""
        value = scalar(self.con, "SELECT done FROM marks WHERE stage = ?", [stage])
        return -1 if value is None else int(value)

    def mark(self, stage: str, done: int) -> None:
        self.con.execute("DELETE FROM marks WHERE stage = ?", [stage])
        self.con.execute("INSERT INTO marks VALUES (?, ?)", [stage, done])

    def add(self, stage: str, some: int) -> None:
        """Count something on."""
        self.mark(stage, max(0, self.done(stage)) + some)

    def insert(self, target: str, block: Any, select: str = "*") -> None:
        """Insert an Arrow table."""
        self.con.register("block", block)
        self.con.execute(f"INSERT INTO {target} SELECT {select} FROM block")
        self.con.unregister("block")

    def begin(self, about: dict[str, Any]) -> None:
        """Open the run, or go on with it; what another run left behind is cleared away."""
        con = self.con
        con.execute("CREATE TABLE IF NOT EXISTS marks (stage TEXT, done BIGINT)")
        con.execute("CREATE TABLE IF NOT EXISTS about (about TEXT)")
        text = json.dumps(about, sort_keys=True)
        if scalar(con, "SELECT about FROM about") == text:
            return
        con.execute("BEGIN")
        for table in ("documents", "sketches", "band_keys", "buckets", "pieces", "candidates", "pairs"):
            con.execute(f"DROP TABLE IF EXISTS {table}")
        con.execute("CREATE TABLE documents (doc BIGINT, id TEXT, part BIGINT, bytes BIGINT)")
        con.execute("CREATE TABLE sketches (doc BIGINT, size BIGINT, damage BIGINT)")
        con.execute("CREATE TABLE band_keys (doc BIGINT, band_key BIGINT)")
        con.execute("CREATE TABLE pieces (part BIGINT, begin BIGINT, count BIGINT)")
        con.execute("CREATE TABLE candidates (a BIGINT, b BIGINT)")
        con.execute(
            "CREATE TABLE pairs (a BIGINT, b BIGINT, jaccard DOUBLE, containment DOUBLE, similarity DOUBLE, "
            "verdict TINYINT)"
        )
        con.execute("DELETE FROM marks")
        con.execute("DELETE FROM about")
        con.execute("INSERT INTO about VALUES (?)", [text])
        con.execute("COMMIT")

    def sketch(self, path: Path, by: By, id_field: str, text_field: str) -> int:
        """Read the documents, number them in the order of the file, and sketch them."""
        con = self.con
        done = max(0, self.done("sketch"))
        if self.done("read") < 0:
            self.texts.cut(int(scalar(con, "SELECT coalesce(sum(bytes), 0) FROM documents")))
            self.sketches.cut(done)
            for block in _blocks(_rows(path, by, id_field, text_field), skip=done):
                con.execute("BEGIN")
                self._sketch_block(done, block)
                done += len(block)
                self.mark("sketch", done)
                con.execute("COMMIT")
                self.tell("sketch", done, 0)
            twice = scalar(con, "SELECT id FROM documents GROUP BY id, part HAVING count(*) > 1 ORDER BY id LIMIT 1")
            if twice is not None:
                raise InputError(f"{path}: id {twice} stands twice; ids must be unique (another field: id_field, --id-field)")
            self.mark("read", done)
        sizes = con.execute("SELECT bytes FROM documents ORDER BY doc").fetchnumpy()["bytes"]
        self.begins = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        return done

    def _sketch_block(self, first: int, block: list[tuple[str, int | None, str]]) -> None:
        ids, parts, texts = zip(*block, strict=True)
        docs = range(first, first + len(block))
        sizes = self.texts.append(texts)
        columns = [pa.array(docs, pa.int64()), pa.array(ids, pa.string()), pa.array(parts, pa.int64())]
        names = ["doc", "id", "part", "bytes"]
        self.insert("documents", pa.table([*columns, pa.array(sizes, pa.int64())], names=names))
        batch = kernels.sketch_batch(docs, texts, self.settings)
        sketches = kernels.unpack_sketches(batch.column(1))
        self.sketches.append(sketches)
        table = pa.table(batch.columns, schema=batch.schema)
        self.insert("sketches", table, "doc, size, damage")
        self.insert("band_keys", table, "doc, unnest(band_keys)")
        self.add("empty", int((sketches[:, 0] == EMPTY).sum()))

    def candidates(self, documents: int) -> None:
        """Find candidate pairs, some first documents at a time."""
        con, settings = self.con, self.settings
        if self.done("buckets") < 0:
            self.tell("buckets", 0, 0)
            con.execute("BEGIN")
            con.execute(f"CREATE TABLE buckets AS {plan.BUCKETS.format(keys='band_keys')}")
            con.execute(f"CREATE TABLE shared_keys AS {plan.SHARED_KEYS.format(keys='band_keys')}")
            con.execute("DROP TABLE band_keys")
            con.execute("ALTER TABLE shared_keys RENAME TO band_keys")
            self.mark("buckets", 0)
            con.execute("COMMIT")
        with closing(self._meetings(documents)) as meetings:
            for part in range(max(0, self.done("candidates")), meetings.parts):
                con.execute("BEGIN")
                for often in often_met(meetings, part, settings.shared):
                    pairs = self.sketches.agreeing(often, settings.agree)
                    self.insert("candidates", pa.table({"a": pairs[:, 0].copy(), "b": pairs[:, 1].copy()}))
                self.mark("candidates", part + 1)
                con.execute("COMMIT")
                self.tell("candidates", part + 1, meetings.parts)

    def _meetings(self, documents: int) -> Meetings:
        """Write down which documents meet, in one pass over the buckets."""
        con, path = self.con, Path(f"{self.files}.meetings")
        if self.done("meetings") >= 0:
            columns = con.execute("SELECT part, begin, count FROM pieces ORDER BY ALL").fetchnumpy()
            pieces = np.stack([columns[name] for name in ("part", "begin", "count")], axis=1)
            return Meetings(path, documents, self.done("parts"), pieces)
        meetings, rows = meet(con, path, documents, "band_keys", self.settings.crowd, tell=self.tell)
        con.execute("BEGIN")
        part, begin, count = meetings.pieces.T
        self.insert("pieces", pa.table({"part": part.copy(), "begin": begin.copy(), "count": count.copy()}))
        self.mark("parts", meetings.parts)
        self.mark("meetings", rows)
        con.execute("COMMIT")
        return meetings

    def verify(self) -> int:
        """Read the candidates, a block at a time."""
        con = self.con
        count = int(scalar(con, "SELECT count(*) FROM candidates"))
        first = max(0, self.done("verify"))
        while first < count:
            rows = con.execute(
                "SELECT a, b FROM candidates WHERE rowid >= ? AND rowid < ? ORDER BY rowid",
                [first, first + _PAIRS_AT_ONCE],
            ).fetchnumpy()
            pairs = np.stack([rows["a"], rows["b"]], axis=1)
            size = np.cumsum((self.begins[pairs + 1] - self.begins[pairs]).sum(axis=1))
            pairs = pairs[: max(1, int(np.searchsorted(size, _BYTES_AT_ONCE)))]
            found = verify(self.fetch, pairs, alignment=self.settings.alignment, least=self.settings.least)
            con.execute("BEGIN")
            self.insert("pairs", kernels.pairs_table(found))
            self.add("unaligned", found.unaligned)
            first += len(pairs)
            self.mark("verify", first)
            con.execute("COMMIT")
            self.tell("verify", first, count)
        return count

    def fetch(self, wanted: list[int]) -> list[str]:
        """Texts of documents by number."""
        numbers = np.array(wanted, np.int64)
        begins = self.begins[numbers]
        return self.texts.read(begins.tolist(), (self.begins[numbers + 1] - begins).tolist())

    def kept(self, threshold: float, keep: str) -> tuple[Int64, Int64, Int64]:
        """Documents of groups, the first of each one's group, and the one kept: components and keep list in SQL."""
        con = self.con
        con.execute(f"CREATE OR REPLACE TEMP TABLE edges AS {plan.EDGES.format(threshold=threshold)}")
        con.execute(f"CREATE OR REPLACE TEMP TABLE roots AS {plan.FIRST_ROOTS}")
        while True:
            con.execute(f"CREATE OR REPLACE TEMP TABLE next_roots AS {plan.NEXT_ROOTS}")
            changed = scalar(con, plan.CHANGED)
            con.execute("CREATE OR REPLACE TEMP TABLE roots AS SELECT * FROM next_roots")
            if not changed:
                break
        kept = plan.KEPT.format(order=plan.KEEP_ORDER[keep])
        columns = con.execute(f"SELECT doc, root, kept FROM ({kept}) ORDER BY doc").fetchnumpy()
        return columns["doc"], columns["root"], columns["kept"]


def _rows(path: Path, by: By, id_field: str, text_field: str) -> Iterator[tuple[str, int | None, str]]:
    """Id as JSON, number of the paragraph, and text of each document or paragraph."""
    for id_, text, _ in read_documents(path, id_field, text_field):
        name = json.dumps(id_, ensure_ascii=False)
        if by == "document":
            yield name, None, text
        else:
            for number, part in enumerate(paragraphs(text)):
                yield name, number, part


def _blocks(rows: Iterable[tuple[str, int | None, str]], skip: int) -> Iterator[list[tuple[str, int | None, str]]]:
    """Blocks of a bounded number of characters, without the first rows."""
    block: list[tuple[str, int | None, str]] = []
    size = 0
    for row in islice(rows, skip, None):
        block.append(row)
        size += len(row[2])
        if len(block) == _DOCS_AT_ONCE or size >= _CHARACTERS_AT_ONCE:
            yield block
            block, size = [], 0
    if block:
        yield block


class _Ids(Sequence[Any]):
    """Ids of the documents, kept as their JSON."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        blocks = [*batches(con, "SELECT id, CAST(part AS INTEGER) FROM documents ORDER BY doc")]
        self.names = pa.chunked_array([b.column(0) for b in blocks], pa.string())
        self.parts = pa.chunked_array([b.column(1) for b in blocks], pa.int32())

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        id_, part = json.loads(self.names[i].as_py()), self.parts[i].as_py()
        return id_ if part is None else Place(id_, part)


def dedupe_file(
    path: str | Path,
    *,
    work: str | Path | None = None,
    by: By = "document",
    preset: str = "default",
    threshold: float | None = None,
    keep: str = "first",
    id_field: str = "id",
    text_field: str = "text",
    memory: int = 450,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Result:
    """Find duplicates in a file or folder, in bounded memory.

    Args:
        path: a jsonl or parquet file, or a folder of these or of text files.
        work: a database file for the run, in which a stopped run goes on; in memory if not given.
        memory: limit for the whole process, in megabytes.
        threads: threads of DuckDB; 1 if not given.
        by, preset, threshold, keep, id_field, text_field, progress: as for `dedupe`; a policy by name only.

    Raises:
        InputError: the file cannot be read; the message says where and why.
    """
    settings = find_preset(preset, threshold)
    if keep not in plan.KEEP_ORDER:
        raise ValueError(f"unknown keep policy {keep!r}: choose one of {', '.join(plan.KEEP_ORDER)}")
    path = Path(path)
    stats = [(file, file.stat()) for file in files_of(path)]
    con = connect(work or ":memory:", memory, threads)
    folder = None if work else tempfile.TemporaryDirectory(prefix="newsclean-")
    run = _Run(con, f"{folder.name}/work" if folder else str(work), settings, progress)
    run.folder = folder
    state = [[file.as_posix(), stat.st_size, stat.st_mtime_ns] for file, stat in stats]
    run.begin(
        {"path": str(path.resolve()), "files": hashlib.sha256(json.dumps(state).encode()).hexdigest(), "by": by, "preset": settings.name,
         "least": settings.least, "id": id_field, "text": text_field, "format": 3}
    )  # fmt: skip
    try:
        documents = run.sketch(path, by, id_field, text_field)
    except InputError:  # the source must be another before it can be read: nothing of this run will serve
        run.close()
        if work:
            clear(work)
        raise
    run.candidates(documents)
    candidates = run.verify()
    return _result(run, documents, candidates, keep)


def clear(work: str | Path) -> None:
    """Remove a work database and the files beside it."""
    for ending in ("", ".wal", ".texts", ".sketches", ".meetings"):
        Path(f"{work}{ending}").unlink(missing_ok=True)


def _result(run: _Run, documents: int, candidates: int, keep: str) -> Result:
    con, settings = run.con, run.settings
    pairs = read_pairs(con, "pairs", unaligned=max(0, run.done("unaligned")))
    crowded, crowded_documents = con.execute(plan.CROWDED.format(crowd=settings.crowd)).fetchall()[0]
    counts = Counts(
        documents=documents,
        empty=max(0, run.done("empty")),
        meetings=max(0, run.done("meetings")),
        candidates=candidates,
        alike=len(pairs),
        crowded=int(crowded),
        crowded_documents=int(crowded_documents),
        unaligned=pairs.unaligned,
    )
    return Result(_Ids(con), pairs, settings.threshold, keep, counts, run.fetch, least=settings.least)
