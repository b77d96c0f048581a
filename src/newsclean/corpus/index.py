"""An index that grows: today's documents against all earlier ones, in one DuckDB file.

An addition is one transaction: a run that is killed leaves the index as it was before or after, never between. What was
added is remembered by the fingerprint of its source; adding the same source again gives the same answer and changes
nothing, so that a run killed after the addition and before its output can simply be started again.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from newsclean.corpus import kernels, plan
from newsclean.corpus.database import connect, meet, often_met, read_pairs, scalar
from newsclean.corpus.dedupe import Progress
from newsclean.corpus.groups import components
from newsclean.corpus.inputs import HALF_PAIRS, InputError, blocks, documents, stands_twice, stored
from newsclean.corpus.settings import preset as find_preset
from newsclean.corpus.sketch import Int64
from newsclean.corpus.verify import verify

_TABLES = {
    "documents": "doc BIGINT, id TEXT, text TEXT, addition BIGINT",
    "sketches": "doc BIGINT, sketch BLOB, size BIGINT, damage BIGINT, addition BIGINT",
    "band_keys": "doc BIGINT, band_key BIGINT, addition BIGINT",
    "pairs": "a BIGINT, b BIGINT, jaccard DOUBLE, containment DOUBLE, similarity DOUBLE, verdict TINYINT, "
    "addition BIGINT",
    "repeats": "doc BIGINT, first_doc BIGINT, nearest BIGINT, similarity DOUBLE, addition BIGINT",
    "additions": "addition BIGINT, fingerprint TEXT, first_doc BIGINT, last_doc BIGINT, crowded BIGINT, "
    "crowded_documents BIGINT, unaligned BIGINT",
    "settings": "name TEXT, threshold DOUBLE, format BIGINT",
}
_FORMAT = 3
_DOCS_AT_ONCE = 4096
_CHARACTERS_AT_ONCE = 1_500_000
_PAIRS_AT_ONCE = 4000


class Repeat(NamedTuple):
    """A document that repeats an earlier one: the first of its group, and the nearest with their similarity."""

    id: Any
    first: Any
    nearest: Any
    similarity: float


@dataclass(frozen=True)
class Added:
    """The outcome of an addition.

    Attributes:
        documents: documents that were added.
        kept: positions, in the order they came, of those that repeat none.
        repeats: those that repeat an earlier one, or an earlier one of the addition.
        groups: groups of ids that the additions belong to, earlier documents first.
        pairs: pairs found, as (id, id, similarity, verdict number).
        crowded, crowded_documents, unaligned: what was not looked at as closely as the rest, see `Counts`.
    """

    documents: int
    kept: list[int]
    repeats: list[Repeat]
    groups: list[list[Any]]
    pairs: list[tuple[Any, Any, float, int]]
    crowded: int = 0
    crowded_documents: int = 0
    unaligned: int = 0


class Index:
    """An index of documents in a DuckDB file.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Index(folder.name + "/archive.duckdb") as index:
    ...     _ = index.add([("a", "市政府昨日召开会议，部署今年的防汛工作。")])
    ...     index.add([("b", "今天多云转晴，气温回升。"), ("c", "市政府昨日召开会议部署今年的防讯工作")]).repeats
    [Repeat(id='c', first='a', nearest='a', similarity=0.944)]
    >>> folder.cleanup()
    """

    def __init__(
        self,
        path: str | Path,
        *,
        preset: str = "default",
        threshold: float | None = None,
        memory: int = 450,
        threads: int | None = None,
    ) -> None:
        """Open an index, or begin one.

        Raises:
            InputError: the file is no index, is in use, or was made with other settings.
        """
        self.path = Path(path)
        self.settings = find_preset(preset, threshold)
        self.con = connect(path, memory, threads)
        try:
            self._open(threshold)
        except BaseException:
            self.con.close()
            raise

    def _open(self, threshold: float | None) -> None:
        path = self.path
        self.con.create_function(  # type: ignore[call-overload]
            "agreement", kernels.agreement, ["BLOB", "BLOB"], "INTEGER", type="arrow"
        )
        have = {row[0] for row in self.con.execute("SELECT table_name FROM information_schema.tables").fetchall()}
        if not have:
            self._begin()
        elif not set(_TABLES) <= have:
            raise InputError(f"{path}: not an index of newsclean; give another file name")
        name, stored, written = self.con.execute("SELECT * FROM settings").fetchall()[0]
        if written != _FORMAT:
            raise InputError(f"{path}: an index of another version of newsclean; build it anew")
        if name != self.settings.name or (threshold is not None and stored != threshold):
            raise InputError(f"{path}: made with preset {name} and threshold {stored}; use these, or another file")
        self.settings = find_preset(name, stored)

    def _begin(self) -> None:
        self.con.execute("BEGIN")
        for table, columns in _TABLES.items():
            self.con.execute(f"CREATE TABLE {table} ({columns})")
        self.con.execute(f"INSERT INTO settings VALUES (?, ?, {_FORMAT})", [self.settings.name, self.settings.threshold])
        self.con.execute("COMMIT")

    def __enter__(self) -> Index:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.con.close()

    def __len__(self) -> int:
        return int(scalar(self.con, "SELECT count(*) FROM documents"))

    def add(
        self, items: Any, *, id_field: str = "id", text_field: str = "text", progress: Progress | None = None
    ) -> Added:
        """Compare documents with all in the index and with each other, and add them.

        Args:
            items: as for `dedupe`. Ids must be new to the index.
            id_field, text_field: names in mappings and tables.
            progress: called with the stage, what is done, and the whole of it (0: not known).

        Raises:
            InputError: an id stands in the index already, or the input cannot be read. Nothing is added then.
        """
        tell = progress or (lambda stage, done, whole: None)
        con = self.con
        first = len(self)
        con.execute("BEGIN")
        try:
            number = int(scalar(con, "SELECT count(*) FROM additions"))
            last, fingerprint = self._load(documents(items, id_field, text_field), first, number, tell)
            known = con.execute("SELECT addition FROM additions WHERE fingerprint = ?", [fingerprint]).fetchall()
            if known:
                con.execute("ROLLBACK")
                return self._added(int(known[0][0]))
            self._check_ids(number, lambda id_: stands_twice(items, id_, id_field, text_field))
            unaligned = self._verify(self._candidates(first), number, tell)
            self._repeats(first, number)
            crowded = con.execute(plan.CROWDED.format(crowd=self.settings.crowd)).fetchall()[0]
            row = [number, fingerprint, first, last, *map(int, crowded), unaligned]
            con.execute("INSERT INTO additions VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            con.execute("COMMIT")
        except BaseException:
            con.execute("ROLLBACK")
            raise
        tell("added", last - first, last - first)
        return self._added(number)

    def _load(
        self, rows: Iterable[tuple[Any, str, Any]], first: int, number: int, tell: Progress
    ) -> tuple[int, str]:
        """Add the incoming documents and their sketches; returns the number behind the last, and their fingerprint."""
        digest = hashlib.sha256()
        doc = first
        for block in blocks(rows, _DOCS_AT_ONCE, _CHARACTERS_AT_ONCE, lambda row: len(row[1])):
            ids = [stored(id_) for id_, _, _ in block]
            for id_, (_, text, _) in zip(ids, block, strict=True):
                digest.update(f"{len(id_)} {len(text)} {id_}{text}".encode("utf-8", "surrogatepass"))
            # half of a surrogate pair, as JSON may have it, is no text that a database holds
            texts = [HALF_PAIRS.sub("\ufffd", text) for _, text, _ in block]
            docs = range(doc, doc + len(block))
            self._insert("documents", pa.table({"doc": docs, "id": ids, "text": texts}), f"*, {number}")
            batch = kernels.sketch_batch(docs, texts, self.settings)
            table = pa.table(batch.columns, schema=batch.schema)
            self._insert("sketches", table, f"doc, sketch, size, damage, {number}")
            self._insert("band_keys", table, f"doc, unnest(band_keys), {number}")
            doc += len(block)
            tell("sketch", doc - first, 0)
        return doc, digest.hexdigest()

    def _insert(self, target: str, block: pa.Table, select: str = "*") -> None:
        # by the variable's name: a registered table would be held until the transaction ends
        self.con.execute(f"INSERT INTO {target} SELECT {select} FROM block")

    def _check_ids(self, number: int, stands_twice: Callable[[str], InputError]) -> None:
        new = f"SELECT id FROM documents WHERE addition = {number}"
        twice = scalar(self.con, f"SELECT min(id) FROM (SELECT id FROM ({new}) GROUP BY id HAVING count(*) > 1)")
        if twice is not None:
            raise stands_twice(twice)
        known = scalar(
            self.con, f"SELECT min(id) FROM ({new}) WHERE id IN (SELECT id FROM documents WHERE addition < {number})"
        )
        if known is not None:
            raise InputError(f"id {known} stands in {self.path} already; ids must be new to the index")

    def _candidates(self, first: int) -> Int64:
        """Pairs of a new document with any other; only buckets that a new one falls into are looked at."""
        con, settings = self.con, self.settings
        con.execute(
            "CREATE OR REPLACE TEMP TABLE near_keys AS SELECT doc, band_key FROM band_keys WHERE band_key IN "
            "(SELECT band_key FROM band_keys WHERE doc >= ?)",
            [first],
        )
        con.execute(f"CREATE OR REPLACE TEMP TABLE buckets AS {plan.BUCKETS.format(keys='near_keys')}")
        found = [np.empty((0, 2), np.int64)]
        joined = plan.CANDIDATES.format(counted="often", shared=settings.shared)
        query = f"SELECT a, b FROM ({joined}) WHERE agreement(sketch_a, sketch_b) >= {settings.agree}"
        with tempfile.TemporaryDirectory(prefix="newsclean-") as folder:
            path = Path(folder, "meetings")
            meetings, _ = meet(con, path, len(self), "near_keys", settings.crowd, f"b >= {first}")
            with closing(meetings):
                for part in range(meetings.parts):
                    for a, b in (pairs.T for pairs in often_met(meetings, part, settings.shared)):
                        met = np.full(len(a), settings.shared)
                        often = pa.table({"a": a.copy(), "b": b.copy(), "met": met})  # noqa: F841 - read by the query
                        rows = con.execute(query).fetchnumpy()
                        found.append(np.stack([rows["a"], rows["b"]], axis=1))
        pairs = np.concatenate(found)
        return pairs[np.lexsort(pairs.T[::-1])]

    def _fetch(self, wanted: list[int]) -> list[str]:
        held = dict(self._read("doc, text FROM documents", wanted))
        return [held[i] for i in wanted]

    def _read(self, columns: str, docs: Sequence[int]) -> list[Any]:
        """Rows of these documents."""
        wanted = pa.table({"doc": pa.array(docs, pa.int64())})  # noqa: F841 - read by the query
        return self.con.execute(f"SELECT {columns} WHERE doc IN (SELECT doc FROM wanted)").fetchall()

    def _verify(self, candidates: Int64, number: int, tell: Progress) -> int:
        """Read the candidates; returns how many were too long to align."""
        unaligned = 0
        for begin in range(0, len(candidates), _PAIRS_AT_ONCE):
            block = candidates[begin : begin + _PAIRS_AT_ONCE]
            found = verify(self._fetch, block, alignment=self.settings.alignment, least=self.settings.least)
            self._insert("pairs", kernels.pairs_table(found), f"*, {number}")
            unaligned += found.unaligned
            tell("verify", begin + len(block), len(candidates))
        return unaligned

    def _repeats(self, first: int, number: int) -> None:
        """Remember which document each new one repeats: the first of its group, as known today."""
        pairs = read_pairs(self.con, f"(SELECT * FROM pairs WHERE addition = {number})")
        linked = pairs.linked(self.settings.threshold)
        a, b, similarity = pairs.a[linked], pairs.b[linked], pairs.similarity[linked]
        root_of = dict(self._read("doc, first_doc FROM repeats", np.unique(a).tolist()))
        docs, local = np.unique([[root_of.get(x, x) for x in a.tolist()], b.tolist()], return_inverse=True)
        root = docs[components(len(docs), *local.reshape(2, -1))] if len(docs) else docs
        group_of = dict(zip(docs.tolist(), root.tolist(), strict=True))
        nearest: dict[int, tuple[float, int]] = {}
        for x, y, score in zip(a.tolist(), b.tolist(), similarity.tolist(), strict=True):
            for one, other in ((y, x), (x, y)):
                if one >= first and (score, -other) > nearest.get(one, (-1.0, 0)):
                    nearest[one] = (score, -other)
        rows = [(d, group_of[d], -nearest[d][1], nearest[d][0]) for d in sorted(nearest) if group_of[d] != d]
        if rows:
            names = ["doc", "first_doc", "nearest", "similarity"]
            self._insert("repeats", pa.table(list(zip(*rows, strict=True)), names=names), f"*, {number}")

    def _added(self, number: int) -> Added:
        con = self.con
        which = "WHERE addition = ?"
        about = f"SELECT first_doc, last_doc, crowded, crowded_documents, unaligned FROM additions {which}"
        first, last, *caps = con.execute(about, [number]).fetchall()[0]
        columns = "doc, first_doc, nearest, similarity"
        rows = con.execute(f"SELECT {columns} FROM repeats {which} ORDER BY doc", [number]).fetchall()
        pairs = read_pairs(con, f"(SELECT * FROM pairs WHERE addition = {number})")
        wanted = {d for row in rows for d in row[:3]} | set(pairs.a.tolist()) | set(pairs.b.tolist())
        name = {doc: json.loads(id_) for doc, id_ in self._read("doc, id FROM documents", sorted(wanted))}
        groups: dict[int, list[int]] = {}
        for doc, root, _, _ in rows:
            groups.setdefault(root, [root]).append(doc)
        gone = {row[0] for row in rows}
        return Added(
            last - first,
            [d - first for d in range(first, last) if d not in gone],
            [Repeat(name[d], name[root], name[near], score) for d, root, near, score in rows],
            [[name[d] for d in groups[root]] for root in sorted(groups)],
            [
                (name[a], name[b], score, verdict)
                for a, b, score, verdict in zip(
                    *(c.tolist() for c in (pairs.a, pairs.b, pairs.similarity, pairs.verdict)), strict=True
                )
            ],
            *caps,
        )

    def write_segments(self, folder: str | Path) -> None:
        """Write the index as parquet segments, one folder for each addition, that Spark reads; those there stay."""
        folder = Path(folder)
        for (number,) in self.con.execute("SELECT addition FROM additions ORDER BY addition").fetchall():
            segment = folder / f"addition={number:08d}"
            segment.mkdir(parents=True, exist_ok=True)
            for table in ("documents", "sketches", "band_keys", "pairs", "repeats"):
                path = segment / f"{table}.parquet"
                if not path.exists():
                    part = str(path) + ".part"
                    query = f"SELECT * EXCLUDE (addition) FROM {table} WHERE addition = {number}"
                    self.con.execute(f"COPY ({query}) TO '{part.replace(chr(39), chr(39) * 2)}' (FORMAT parquet)")
                    Path(part).rename(path)
