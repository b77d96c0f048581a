"""Deduplicate files larger than memory with DuckDB, in-process."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from newsclean.corpus import plan
from newsclean.corpus.database import batches, connect, read_pairs
from newsclean.corpus.dedupe import By, Progress
from newsclean.corpus.inputs import InputError
from newsclean.corpus.outputs import write_groups, write_kept, write_kept_paragraphs, write_pairs
from newsclean.corpus.result import Counts, Result
from newsclean.corpus.run import Run, id_of
from newsclean.corpus.settings import Preset
from newsclean.corpus.settings import preset as find_preset
from newsclean.corpus.sources import fingerprint


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
        return id_of(self.names[i].as_py(), self.parts[i].as_py())


def _begun(
    path: str | Path, work: str | Path | None, by: By, settings: Preset, keep: str, id_field: str, text_field: str,
    memory: int, threads: int | None, progress: Progress | None, skip_bad: bool = False,
) -> Run:  # fmt: skip
    """A run over a file that has gone through all stages but the grouping."""
    if keep not in plan.KEEP_ORDER:
        raise ValueError(f"unknown keep policy {keep!r}: choose one of {', '.join(plan.KEEP_ORDER)}")
    path = Path(path)
    state = fingerprint(path)
    folder = None if work else tempfile.TemporaryDirectory(prefix="newsclean-")
    database = f"{folder.name}/work" if folder else str(work)
    run = Run(connect(database, memory, threads), database, settings, progress)
    run.folder = folder
    run.begin(
        {"files": state, "by": by, "preset": settings.name, "least": settings.least, "id": id_field, "text": text_field,
         "skip_bad": skip_bad, "format": 4}
    )  # fmt: skip
    try:
        documents = run.sketch(path, by, id_field, text_field, skip_bad)
    except InputError:  # the source must be another before it can be read: nothing of this run will serve
        run.close()
        if work:
            clear(work)
        raise
    run.candidates(documents)
    run.verify()
    run.con.close()  # gives back what the stages have made DuckDB hold
    run.con = connect(database, memory, threads)
    return run


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
    """Find duplicates in a file or folder, in bounded memory but for the result: its ids and pairs are held.

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
    run = _begun(path, work, by, settings, keep, id_field, text_field, memory, threads, progress)
    counts = run.counts()
    pairs = read_pairs(run.con, "pairs", unaligned=counts.unaligned)
    return Result(_Ids(run.con), pairs, settings.threshold, keep, counts, run.fetch, least=settings.least)


@dataclass(frozen=True)
class Written:
    """What `dedupe_to` wrote.

    Attributes:
        counts: what was done.
        dropped, groups: how many documents (or paragraphs) were dropped, and from how many groups.
        bad: documents that could not be read and were left out: their numbers in the source from 0, and why.
        broken: paragraphs that end in mid-sentence; where most do, the lines are those of a page, not paragraphs.
    """

    counts: Counts
    dropped: int
    groups: int
    bad: dict[int, str]
    broken: int

    def __str__(self) -> str:
        read = self.counts.documents
        return f"{read} read, {self.dropped} dropped in {self.groups} groups, {read - self.dropped} kept"


def dedupe_to(
    path: str | Path,
    output: str | Path,
    *,
    groups: str | Path | None = None,
    pairs: str | Path | None = None,
    work: str | Path | None = None,
    by: By = "document",
    preset: str = "default",
    threshold: float | None = None,
    keep: str = "first",
    id_field: str = "id",
    text_field: str = "text",
    skip_bad: bool = False,
    memory: int = 450,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Written:
    """Deduplicate a file or folder into files; what the command does. Nothing is held that grows with the corpus but
    the numbers of documents that repeat others.

    Args:
        output: file for what is kept, jsonl or parquet.
        groups: file for the groups of ids, jsonl.
        pairs: file for all pairs with their scores and shared passages, parquet.
        skip_bad: leave out what cannot be read as a document instead of stopping at it.
        path, work, by, preset, threshold, keep, id_field, text_field, memory, threads, progress: as for `dedupe_file`.

    Raises:
        InputError: the file cannot be read; the message says where and why.
    """
    settings = find_preset(preset, threshold)
    run = _begun(path, work, by, settings, keep, id_field, text_field, memory, threads, progress, skip_bad)
    run.tell("write", 0, 0)
    run.group(settings.threshold, keep)
    bad = run.bad()
    if by == "document":
        write_kept(Path(path), run.kept_positions(), Path(output), bad.keys())
    else:
        write_kept_paragraphs(Path(path), run.kept_positions(), Path(output), id_field, text_field)
    if groups:
        write_groups(run.groups(), Path(groups))
    if pairs:
        write_pairs(run.blocks_with_spans(settings.threshold), Path(pairs))
    dropped, found = run.con.execute("SELECT count(*) FILTER (doc <> kept), count(DISTINCT root) FROM members").fetchall()[0]
    counts, broken = run.counts(), max(0, run.done("broken"))
    run.close()
    run.tell("write", 1, 1)
    return Written(counts, int(dropped), int(found), bad, broken)


def clear(work: str | Path) -> None:
    """Remove a work database and the files beside it."""
    for ending in ("", ".wal", ".texts", ".sketches", ".meetings"):
        Path(f"{work}{ending}").unlink(missing_ok=True)
