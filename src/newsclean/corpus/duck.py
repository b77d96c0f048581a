"""Deduplicate files larger than memory: DuckDB in-process, spilling to disk, with a stop and a resume.

Each stage writes its rows and a mark of how far it came in one transaction; a run that was stopped goes on from there.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from newsclean.corpus import kernels, plan
from newsclean.corpus.dedupe import By, Progress, paragraphs
from newsclean.corpus.inputs import InputError
from newsclean.corpus.result import Counts, Place, Result
from newsclean.corpus.settings import Preset
from newsclean.corpus.settings import preset as find_preset
from newsclean.corpus.sketch import Int64
from newsclean.corpus.verify import Pairs, verify

BASE_MEMORY = 220
"""Megabytes that Python, numpy, Arrow and the kernels take; the rest of the limit is DuckDB's."""
_LEAST_MEMORY = 80
_DOCS_AT_ONCE = 16384
_BYTES_AT_ONCE = 32_000_000
_PAIRS_AT_ONCE = 20_000
_LONGEST_LINE = 1 << 25  # bytes of a jsonl line; DuckDB holds some of these at once
_DOCS_TO_JOIN = 200_000


def connect(database: str | Path, memory: int, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Open a database that keeps to a limit of so many megabytes for the whole process."""
    if memory < BASE_MEMORY + _LEAST_MEMORY:
        raise ValueError(f"the memory limit must be at least {BASE_MEMORY + _LEAST_MEMORY} MB, not {memory}")
    try:
        con = duckdb.connect(str(database))
    except duckdb.IOException as error:
        raise InputError(f"{database}: cannot be opened: {str(error).splitlines()[0]}") from None
    con.execute(f"SET memory_limit = '{memory - BASE_MEMORY}MB'")
    con.execute(f"SET threads = {threads or min(2, os.cpu_count() or 1)}")
    if str(database) != ":memory:":
        con.execute("SET temp_directory = ?", [f"{database}.tmp"])
    con.execute("SET enable_progress_bar = false")
    return con


def scalar(con: duckdb.DuckDBPyConnection, query: str, values: list[Any] | None = None) -> Any:
    """The first value of a query, or None."""
    rows = con.execute(query, values or []).fetchall()
    return rows[0][0] if rows else None


class _Run:
    """One run over a work database."""

    def __init__(self, con: duckdb.DuckDBPyConnection, settings: Preset, progress: Progress | None) -> None:
        self.con, self.settings = con, settings
        self.tell = progress or (lambda stage, done, whole: None)

    def done(self, stage: str) -> int:
        """How far a stage came; -1 before its beginning."""
        value = scalar(self.con, "SELECT done FROM marks WHERE stage = ?", [stage])
        return -1 if value is None else int(value)

    def mark(self, stage: str, done: int) -> None:
        self.con.execute("DELETE FROM marks WHERE stage = ?", [stage])
        self.con.execute("INSERT INTO marks VALUES (?, ?)", [stage, done])

    def begin(self, about: dict[str, Any]) -> None:
        """Open the run, or go on with it; what another run left behind is cleared away."""
        con = self.con
        con.execute("CREATE TABLE IF NOT EXISTS marks (stage TEXT, done BIGINT)")
        con.execute("CREATE TABLE IF NOT EXISTS about (about TEXT)")
        text = json.dumps(about, sort_keys=True)
        if scalar(con, "SELECT about FROM about") == text:
            return
        con.execute("BEGIN")
        for table in ("documents", "sketches", "band_keys", "buckets", "candidates", "pairs"):
            con.execute(f"DROP TABLE IF EXISTS {table}")
        con.execute("DELETE FROM marks")
        con.execute("DELETE FROM about")
        con.execute("INSERT INTO about VALUES (?)", [text])
        con.execute("COMMIT")

    def load(self, path: Path, by: By, id_field: str, text_field: str) -> int:
        """Copy the documents in, numbered in the order of the file."""
        con = self.con
        if self.done("load") < 0:
            self.tell("load", 0, 0)
            con.execute("BEGIN")
            con.execute("CREATE TABLE documents (doc BIGINT, id TEXT, part BIGINT, text TEXT)")
            source = _source(con, path, id_field, text_field)
            try:
                if by == "document":
                    numbered = f"SELECT row_number() OVER () - 1, id, NULL, text FROM ({source})"
                    con.execute(f"INSERT INTO documents {numbered}")
                else:
                    self._load_paragraphs(source)
            except duckdb.Error as error:
                con.execute("ROLLBACK")
                raise InputError(f"{path}: {str(error).splitlines()[0]}") from None
            bad = con.execute("SELECT doc, id FROM documents WHERE text IS NULL LIMIT 1").fetchall()
            twice = scalar(con, "SELECT id FROM documents GROUP BY id, part HAVING count(*) > 1 ORDER BY id LIMIT 1")
            if bad or twice is not None:
                con.execute("ROLLBACK")
            if bad:
                raise InputError(f"{path}: document {bad[0][0]} (id {bad[0][1]}) has no text in field {text_field!r}")
            if twice is not None:
                raise InputError(f"{path}: id {twice} stands twice; ids must be unique")
            self.mark("load", 0)
            con.execute("COMMIT")
        return int(scalar(con, "SELECT count(*) FROM documents"))

    def _load_paragraphs(self, source: str) -> None:
        number = 0
        with self.con.cursor() as reader:
            for batch in _batches(reader, f"SELECT id, text FROM ({source})"):
                rows = [
                    (id_, part, text)
                    for id_, whole in zip(*(c.to_pylist() for c in batch.columns), strict=True)
                    for part, text in enumerate(paragraphs(whole) if whole is not None else [None])
                ]
                ids, parts, texts = zip(*rows, strict=True) if rows else ((), (), ())
                block = pa.table(
                    [range(number, number + len(rows)), ids, parts, texts],
                    schema=pa.schema([("doc", "i8"), ("id", "str"), ("part", "i8"), ("text", "str")]),
                )
                self.con.register("block", block)
                self.con.execute("INSERT INTO documents SELECT * FROM block")
                self.con.unregister("block")
                number += len(rows)

    def sketch(self, documents: int) -> None:
        """Sketch what is not sketched yet."""
        con = self.con
        con.execute("CREATE TABLE IF NOT EXISTS sketches (doc BIGINT, sketch BLOB, size BIGINT, damage BIGINT)")
        con.execute("CREATE TABLE IF NOT EXISTS band_keys (doc BIGINT, band_key BIGINT)")
        for first in range(max(0, self.done("sketch")), documents, _DOCS_AT_ONCE):
            last = min(documents, first + _DOCS_AT_ONCE)
            con.execute("BEGIN")
            for docs, texts in self._texts(first, last):
                block = kernels.sketch_batch(docs, texts, self.settings)
                con.register("block", pa.table(block.columns, schema=block.schema))
                con.execute("INSERT INTO sketches SELECT doc, sketch, size, damage FROM block")
                con.execute("INSERT INTO band_keys SELECT doc, unnest(band_keys) FROM block")
                con.unregister("block")
            self.mark("sketch", last)
            con.execute("COMMIT")
            self.tell("sketch", last, documents)

    def _texts(self, first: int, last: int) -> Iterator[tuple[list[int], list[str]]]:
        """Texts of a range of documents, in runs of a bounded size."""
        where = "FROM documents WHERE doc >= ? AND doc < ?"
        size = int(scalar(self.con, f"SELECT coalesce(sum(strlen(text)), 0) {where}", [first, last]))
        if size > _BYTES_AT_ONCE and last - first > 1:
            middle = (first + last) // 2
            yield from self._texts(first, middle)
            yield from self._texts(middle, last)
            return
        rows = self.con.execute(f"SELECT doc, text {where} ORDER BY doc", [first, last]).fetchall()
        if rows:
            docs, texts = zip(*rows, strict=True)
            yield list(docs), list(texts)

    def candidates(self, documents: int) -> None:
        """Find candidate pairs, a range of first documents at a time."""
        con, settings = self.con, self.settings
        con.execute(f"CREATE TABLE IF NOT EXISTS buckets AS {plan.BUCKETS.format(keys='band_keys')}")
        con.execute("CREATE TABLE IF NOT EXISTS candidates (a BIGINT, b BIGINT)")
        for first in range(max(0, self.done("candidates")), documents, _DOCS_TO_JOIN):
            last = min(documents, first + _DOCS_TO_JOIN)
            where = f"a >= {first} AND a < {last}"
            meetings = plan.MEETINGS.format(keys="band_keys", crowd=settings.crowd, where=where)
            counted = plan.COUNTED.format(meetings=meetings)
            con.execute(f"CREATE OR REPLACE TEMP TABLE counted AS {counted}")
            con.execute("BEGIN")
            rows = plan.CANDIDATES.format(counted="counted", shared=settings.shared)
            con.execute(
                f"INSERT INTO candidates SELECT a, b FROM ({rows}) "
                f"WHERE agreement(sketch_a, sketch_b) >= {settings.agree} ORDER BY a, b"
            )
            met = int(scalar(con, "SELECT coalesce(sum(met), 0) FROM counted"))
            self.mark("meetings", met + max(0, self.done("meetings")))
            self.mark("candidates", last)
            con.execute("COMMIT")
            con.execute("DROP TABLE counted")
            self.tell("candidates", last, documents)

    def verify(self) -> int:
        """Read the candidates, a block at a time."""
        con = self.con
        con.execute(
            "CREATE TABLE IF NOT EXISTS pairs (a BIGINT, b BIGINT, jaccard DOUBLE, containment DOUBLE, "
            "similarity DOUBLE, verdict TINYINT)"
        )
        count = int(scalar(con, "SELECT count(*) FROM candidates"))
        for first in range(max(0, self.done("verify")), count, _PAIRS_AT_ONCE):
            last = min(count, first + _PAIRS_AT_ONCE)
            rows = con.execute(
                "SELECT a, b FROM candidates WHERE rowid >= ? AND rowid < ? ORDER BY rowid", [first, last]
            ).fetchnumpy()
            found = verify(
                self.fetch, np.stack([rows["a"], rows["b"]], axis=1), alignment=self.settings.alignment
            )
            con.execute("BEGIN")
            con.register("block", kernels.pairs_table(found))
            con.execute("INSERT INTO pairs SELECT * FROM block")
            con.unregister("block")
            self.mark("unaligned", max(0, self.done("unaligned")) + found.unaligned)
            self.mark("verify", last)
            con.execute("COMMIT")
            self.tell("verify", last, count)
        return count

    def fetch(self, wanted: list[int]) -> list[str]:
        """Texts of documents by number."""
        self.con.register("wanted", pa.table({"doc": pa.array(wanted, pa.int64())}))
        rows = self.con.execute("SELECT doc, text FROM documents WHERE doc IN (SELECT doc FROM wanted)").fetchall()
        self.con.unregister("wanted")
        held: dict[int, str] = dict(rows)
        return [held[i] for i in wanted]

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


def _batches(con: duckdb.DuckDBPyConnection, query: str) -> Iterator[pa.RecordBatch]:
    relation: Any = con.execute(query)  # the method's name changed with DuckDB 1.4
    with warnings.catch_warnings():  # DuckDB 2.0 would rather have con.sql, which older ones cannot stream
        warnings.simplefilter("ignore", UserWarning)
        read = relation.to_arrow_reader if hasattr(relation, "to_arrow_reader") else relation.fetch_record_batch
        reader = read(2048)
    yield from reader


def read_pairs(con: duckdb.DuckDBPyConnection, table: str, unaligned: int = 0) -> Pairs:
    """Verified pairs from a table, in order."""
    columns = con.execute(f"SELECT {', '.join(Pairs.COLUMNS)} FROM {table} ORDER BY a, b").fetchnumpy()
    return Pairs.of({name: np.asarray(columns[name]) for name in Pairs.COLUMNS}, unaligned=unaligned)


def _source(con: duckdb.DuckDBPyConnection, path: Path, id_field: str, text_field: str) -> str:
    """A query of the file's ids, as JSON, and texts, in the order of the file."""
    if not path.exists():
        raise InputError(f"{path}: no such file")
    name = str(path).replace("'", "''")
    parquet = path.suffix.lower() == ".parquet"
    reader = f"read_parquet('{name}')" if parquet else f"read_json('{name}', format='newline_delimited', records=true"
    try:
        described = f"SELECT * FROM {reader if parquet else reader + ', sample_size=1000)'} LIMIT 0"
        columns = [c[0] for c in con.execute(described).description or []]
    except duckdb.Error as error:
        raise InputError(f"{path}: {str(error).splitlines()[0]}") from None
    if text_field not in columns:
        raise InputError(f"{path}: no field {text_field!r}; it has {', '.join(columns)}. Name it with --text-field")
    text_column, id_column = (f'"{field}"'.replace("'", "''") for field in (text_field, id_field))
    has_id = id_field in columns
    if parquet:
        id_ = f"to_json({id_column})::TEXT" if has_id else "(row_number() OVER () - 1)::TEXT"
        return f"SELECT {id_} AS id, {text_column}::TEXT AS text FROM {reader}"
    types = f"{text_column[1:-1]!r}: 'VARCHAR'" + (f", {id_column[1:-1]!r}: 'JSON'" if has_id else "")
    id_ = f"{id_column}::TEXT" if has_id else "(row_number() OVER () - 1)::TEXT"
    reader += f", columns={{{types}}}, maximum_object_size={_LONGEST_LINE})"
    return f"SELECT {id_} AS id, {text_column} AS text FROM {reader}"


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
    memory: int = 1000,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Result:
    """Find duplicates in a parquet or jsonl file, in bounded memory.

    Args:
        path: the file.
        work: a database file for the run, in which a stopped run goes on; in memory if not given.
        memory: limit for the whole process, in megabytes.
        threads: threads of DuckDB.
        by, preset, threshold, keep, id_field, text_field, progress: as for `dedupe`; a policy by name only.

    Raises:
        InputError: the file cannot be read; the message says where and why.
    """
    settings = find_preset(preset, threshold)
    if keep not in plan.KEEP_ORDER:
        raise ValueError(f"unknown keep policy {keep!r}: choose one of {', '.join(plan.KEEP_ORDER)}")
    path = Path(path)
    if not path.exists():
        raise InputError(f"{path}: no such file")
    run = _Run(connect(work or ":memory:", memory, threads), settings, progress)
    run.con.create_function(  # type: ignore[call-overload]
        "agreement", kernels.agreement, ["BLOB", "BLOB"], "INTEGER", type="arrow"
    )
    stat = path.stat()
    run.begin(
        {"path": str(path.resolve()), "size": stat.st_size, "time": stat.st_mtime_ns, "by": by, "preset": settings.name,
         "id": id_field, "text": text_field, "format": 1}
    )  # fmt: skip
    documents = run.load(path, by, id_field, text_field)
    run.sketch(documents)
    run.candidates(documents)
    candidates = run.verify()
    return _result(run, documents, candidates, keep)


def _result(run: _Run, documents: int, candidates: int, keep: str) -> Result:
    con, settings = run.con, run.settings
    pairs = read_pairs(con, "pairs", unaligned=max(0, run.done("unaligned")))
    ids: list[Any] = []
    for id_, part in con.execute("SELECT id, part FROM documents ORDER BY doc").fetchall():
        value = json.loads(id_) if id_ is not None else len(ids)
        ids.append(value if part is None else Place(value, part))
    crowded, crowded_documents = con.execute(plan.CROWDED.format(crowd=settings.crowd)).fetchall()[0]
    counts = Counts(
        documents=documents,
        empty=documents - int(scalar(con, "SELECT count(DISTINCT doc) FROM band_keys")),
        meetings=max(0, run.done("meetings")),
        candidates=candidates,
        alike=len(pairs),
        crowded=int(crowded),
        crowded_documents=int(crowded_documents),
        unaligned=pairs.unaligned,
    )
    return Result(ids, pairs, settings.threshold, keep, counts, run.fetch)
