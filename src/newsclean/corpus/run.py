"""A run over a file larger than memory: its stages in DuckDB, which spills to disk, with a stop and a resume.

Each stage writes its rows and a mark of how far it came in one transaction; a run that was stopped goes on from there.
Texts and sketches, which are read by number over and over, stand in flat files beside the database. A transaction books
what was written to them before; what is not booked is cut off when a stopped run goes on.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from newsclean.corpus import kernels, plan
from newsclean.corpus.database import batches, meet, often_met, scalar
from newsclean.corpus.dedupe import By, Progress, paragraphs
from newsclean.corpus.files import Meetings, Sketches, Texts
from newsclean.corpus.groups import breaks_off, connected
from newsclean.corpus.inputs import Bad, InputError, blocks, stands_twice, stored
from newsclean.corpus.inputs import documents as read_documents
from newsclean.corpus.result import Counts, Pair, Place, with_spans
from newsclean.corpus.settings import Preset
from newsclean.corpus.sketch import EMPTY
from newsclean.corpus.spans import SharedSpan
from newsclean.corpus.verify import Pairs, verify

_DOCS_AT_ONCE = 4096
_CHARACTERS_AT_ONCE = 1_000_000
_BYTES_AT_ONCE = 8_000_000
_PAIRS_AT_ONCE = 10_000


class Run:
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
        """Book how far a stage came."""
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

    def sketch(self, path: Path, by: By, id_field: str, text_field: str, skip_bad: bool = False) -> int:
        """Read the documents, number them in the order of the file, and sketch them."""
        con = self.con
        done = max(0, self.done("sketch"))
        if self.done("read") < 0:
            self.texts.cut(int(scalar(con, "SELECT coalesce(sum(bytes), 0) FROM documents")))
            self.sketches.cut(done)
            con.execute("CREATE OR REPLACE TABLE bad (number BIGINT, message TEXT)")

            def bad(number: int, error: InputError) -> None:
                con.execute("INSERT INTO bad VALUES (?, ?)", [number, str(error)])

            rows = islice(_rows(path, by, id_field, text_field, bad if skip_bad else None), done, None)
            for block in blocks(rows, _DOCS_AT_ONCE, _CHARACTERS_AT_ONCE, lambda row: len(row[2])):
                con.execute("BEGIN")
                self._sketch_block(done, block)
                done += len(block)
                self.mark("sketch", done)
                con.execute("COMMIT")
                self.tell("sketch", done, 0)
            if not done and self.bad():  # not a bad line here and there, but a file of another kind
                raise InputError(next(iter(self.bad().values())))
            twice = scalar(con, "SELECT id FROM documents GROUP BY id, part HAVING count(*) > 1 ORDER BY id LIMIT 1")
            if twice is not None:
                raise stands_twice(path, twice, id_field, text_field)
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
        if parts[0] is not None:
            self.add("broken", sum(map(breaks_off, texts)))
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

    def verify(self) -> None:
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

    def fetch(self, wanted: list[int]) -> list[str]:
        """Texts of documents by number."""
        numbers = np.array(wanted, np.int64)
        begins = self.begins[numbers]
        return self.texts.read(begins.tolist(), (self.begins[numbers + 1] - begins).tolist())

    def group(self, threshold: float, keep: str) -> None:
        """Make the table ``members``: the documents of groups, the first of each one's group, and the one kept."""
        con = self.con
        linked = f"verdict = 0 AND similarity >= {threshold}"
        edges = con.execute(f"SELECT a, b FROM pairs WHERE {linked}").fetchnumpy()
        docs, first = connected(np.asarray(edges["a"]), np.asarray(edges["b"]))
        roots = pa.table({"doc": docs, "root": first})
        con.execute("BEGIN")
        con.execute("CREATE OR REPLACE TABLE members (doc BIGINT, root BIGINT, kept BIGINT)")
        con.register("roots", roots)
        con.execute(f"INSERT INTO members {plan.KEPT.format(order=plan.KEEP_ORDER[keep])}")
        con.unregister("roots")
        con.execute("COMMIT")

    def kept_positions(self) -> Iterator[int]:
        """Numbers of the documents that are kept, in order; the table ``members`` must be there."""
        first = 0
        for batch in batches(self.con, "SELECT doc FROM members WHERE doc <> kept ORDER BY doc"):
            for gone in batch.column(0).to_pylist():
                yield from range(first, gone)
                first = gone + 1
        yield from range(first, len(self.begins) - 1)

    def groups(self) -> Iterator[list[Any]]:
        """Ids of the groups, one group after another; the table ``members`` must be there."""
        query = "SELECT root, id, part FROM members JOIN documents USING (doc) ORDER BY root, members.doc"
        rows = (row for batch in batches(self.con, query) for row in zip(*(c.to_pylist() for c in batch), strict=True))
        for _, members in groupby(rows, key=itemgetter(0)):
            yield [id_of(name, part) for _, name, part in members]

    def blocks_with_spans(self, threshold: float, size: int = 4000) -> Iterator[list[tuple[Pair, list[SharedSpan]]]]:
        """All recorded pairs with their shared passages, some at a time, in the order of the documents."""
        query = f"SELECT {', '.join(Pairs.COLUMNS)} FROM pairs ORDER BY a, b"
        with self.con.cursor() as cursor:  # its rows come while the ids of others are looked up
            for batch in batches(cursor, query):
                for at in range(0, len(batch), size):
                    rows = [*zip(*(c.to_pylist() for c in batch.slice(at, size)), strict=True)]
                    name = self._names({doc for row in rows for doc in row[:2]})
                    pairs = [((a, b), Pair.scored(name[a], name[b], *scores, threshold=threshold)) for a, b, *scores in rows]
                    yield [*with_spans(pairs, self.fetch)]

    def _names(self, docs: Iterable[int]) -> dict[int, Any]:
        """The ids of documents. One join of them with all pairs would hold both in memory."""
        self.con.register("wanted", pa.table({"doc": pa.array(docs, pa.int64())}))
        query = "SELECT doc, id, part FROM documents WHERE doc IN (SELECT doc FROM wanted)"
        rows = self.con.execute(query).fetchall()
        self.con.unregister("wanted")
        return {doc: id_of(name, part) for doc, name, part in rows}

    def bad(self) -> dict[int, str]:
        """The documents that could not be read and were left out: their numbers in the source, and why."""
        return dict(self.con.execute("SELECT number, message FROM bad ORDER BY number").fetchall())

    def counts(self) -> Counts:
        """What was done."""
        crowded, entries = self.con.execute(plan.CROWDED.format(crowd=self.settings.crowd)).fetchall()[0]
        return Counts(
            documents=len(self.begins) - 1,
            empty=max(0, self.done("empty")),
            meetings=max(0, self.done("meetings")),
            candidates=max(0, self.done("verify")),
            alike=int(scalar(self.con, "SELECT count(*) FROM pairs")),
            crowded=int(crowded),
            crowded_documents=int(entries),
            unaligned=max(0, self.done("unaligned")),
        )


def _rows(
    path: Path, by: By, id_field: str, text_field: str, bad: Bad | None
) -> Iterator[tuple[str, int | None, str]]:
    """Id as JSON, number of the paragraph, and text of each document or paragraph."""
    for id_, text, _ in read_documents(path, id_field, text_field, bad):
        name = stored(id_)
        if by == "document":
            yield name, None, text
        else:
            for number, part in enumerate(paragraphs(text)):
                yield name, number, part


def id_of(name: str, part: int | None) -> Any:
    """An id from its JSON and the number of the paragraph."""
    id_ = json.loads(name)
    return id_ if part is None else Place(id_, part)
