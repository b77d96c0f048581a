"""DuckDB: databases that keep to a memory limit, and what a run over a file and an index both ask of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from newsclean.corpus import plan
from newsclean.corpus.candidates import shared_rows
from newsclean.corpus.dedupe import Progress
from newsclean.corpus.files import Meetings
from newsclean.corpus.inputs import InputError
from newsclean.corpus.sketch import Int64
from newsclean.corpus.verify import Pairs

BASE_MEMORY = 310
"""Megabytes that Python, numpy, Arrow and the kernels take; the rest of the limit is DuckDB's."""
LEAST_MEMORY = 300
_MEETINGS_AT_ONCE = 500_000
_KEYS_AT_ONCE = 300_000


def connect(database: str | Path, memory: int, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Open a database for a process that keeps to a limit of so many megabytes."""
    if memory < LEAST_MEMORY:
        raise ValueError(f"the memory limit must be at least {LEAST_MEMORY} MB, not {memory}")
    try:
        con = duckdb.connect(str(database))
    except duckdb.IOException as error:
        raise InputError(f"{database}: cannot be opened: {str(error).splitlines()[0]}") from None
    con.execute(f"SET memory_limit = '{max(50, memory - BASE_MEMORY)}MB'")
    con.execute(f"SET threads = {threads or 1}")
    if str(database) != ":memory:":
        con.execute("SET temp_directory = ?", [f"{database}.tmp"])
    con.execute("SET enable_progress_bar = false")
    return con


def scalar(con: duckdb.DuckDBPyConnection, query: str, values: list[Any] | None = None) -> Any:
    """The first value of a query, or None."""
    rows = con.execute(query, values or []).fetchall()
    return rows[0][0] if rows else None


def batches(con: duckdb.DuckDBPyConnection, query: str) -> Iterator[pa.RecordBatch]:
    """The rows of a query as they come; they are never all in memory."""
    relation: Any = con.sql(query)
    read = relation.to_arrow_reader if hasattr(relation, "to_arrow_reader") else relation.fetch_arrow_reader
    yield from read(1 << 16)


def read_pairs(con: duckdb.DuckDBPyConnection, table: str, unaligned: int = 0) -> Pairs:
    """Verified pairs from a table, in order."""
    columns = con.execute(f"SELECT {', '.join(Pairs.COLUMNS)} FROM {table} ORDER BY a, b").fetchnumpy()
    return Pairs.of({name: np.asarray(columns[name]) for name in Pairs.COLUMNS}, unaligned=unaligned)


def meet(
    con: duckdb.DuckDBPyConnection, path: Path, documents: int, keys: str, crowd: int, where: str = "a < b",
    tell: Progress | None = None,
) -> tuple[Meetings, int]:
    """Write down which documents meet in the table ``buckets``; also returns how many meetings it has.

    Some buckets at a time: a join of all of them at once would hold all keys in memory.
    """
    rows = int(scalar(con, plan.MEETING_COUNT.format(crowd=crowd)))
    meetings = Meetings(path, documents, min(1 << 15, rows // (2 * _MEETINGS_AT_ONCE) + 1))
    held: list[Int64] = []
    size = 0
    query = plan.MEETINGS.format(buckets="some_buckets", keys="some_keys", crowd=crowd, where=where)
    parts = int(scalar(con, "SELECT coalesce(sum(size), 0) FROM buckets")) // _KEYS_AT_ONCE + 1
    for part in range(parts):
        for some, table in (("some_buckets", "buckets"), ("some_keys", keys)):
            chosen = plan.PART.format(table=table, parts=parts, part=part)
            con.execute(f"CREATE OR REPLACE TEMP TABLE {some} AS {chosen}")
        for batch in batches(con, f"SELECT (a << 32) | b AS met FROM ({query}) meetings"):
            held.append(np.asarray(batch.column(0), np.int64))
            size += len(batch)
            if size >= _MEETINGS_AT_ONCE:
                meetings.append(np.concatenate(held))
                held, size = [], 0
        if tell:
            tell("meetings", part + 1, parts)
    if held:
        meetings.append(np.concatenate(held))
    return meetings, rows


def often_met(meetings: Meetings, part: int, shared: int) -> Iterator[Int64]:
    """Pairs of a part that met at least so often, as rows of two."""
    for rows in meetings.read(part, _MEETINGS_AT_ONCE):
        often = shared_rows(rows, shared)
        yield np.stack([often >> 32, often & 0xFFFFFFFF], axis=1)
