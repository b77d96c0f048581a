"""Write what was found: kept documents, groups, pairs. A file appears whole or not at all."""

from __future__ import annotations

import codecs
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from newsclean.corpus.dedupe import paragraphs
from newsclean.corpus.inputs import as_json, blocks, documents
from newsclean.corpus.result import Pair
from newsclean.corpus.sources import files_of, kind_of, lines_of, opened, rows_of
from newsclean.corpus.spans import SharedSpan
from newsclean.corpus.verify import Verdict


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to that takes the file's own name only when all is written."""
    part = path.with_name(path.name + ".part")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _lines(path: Path) -> Iterator[TextIO]:
    with whole(path) as part, opened(part, "wb") as raw, TextIOWrapper(raw, "utf-8", newline="\n") as out:
        yield out


def write_groups(groups: Iterable[list[Any]], path: Path) -> None:
    """One list of ids a line; a paragraph's id is ``[id, number]``."""
    with _lines(path) as out:
        for group in groups:
            out.write(as_json(group) + "\n")


def write_kept(source: Path, kept: Iterable[int], path: Path, bad: Collection[int] = ()) -> None:
    """Copy the documents at these ascending positions with all their fields; lines of a jsonl file as they stand.

    ``bad``: lines or rows, numbered from 0, that are no documents.
    """
    files = files_of(source)
    if {kind_of(file) for file in files} & {"parquet", "text"} or path.suffix.lower() == ".parquet":
        _write_rows((row.item for row in _at(rows_of(source, errors=True), kept, bad)), source, path)
        return
    with whole(path) as part, opened(part, "wb") as out:
        for line in _at((line for file in files for _, line in lines_of(file)), kept, bad):
            line = line.removeprefix(codecs.BOM_UTF8)
            out.write(line if line.endswith(b"\n") else line + b"\n")


def _at(rows: Iterable[Any], positions: Iterable[int], bad: Collection[int]) -> Iterator[Any]:
    """The rows at ascending positions, when the bad ones are not counted."""
    wanted = iter(positions)
    position = next(wanted, -1)
    for number, row in enumerate(row for place, row in enumerate(rows) if place not in bad):
        if number == position:
            yield row
            position = next(wanted, -1)


def write_kept_paragraphs(source: Path, kept: Iterable[int], path: Path, id_field: str, text_field: str) -> None:
    """Write the documents with those of their paragraphs that are kept; a document without any is left out.

    ``kept``: their numbers in ascending order, when all paragraphs of all documents are counted.
    """

    def rows() -> Iterator[Any]:
        wanted = iter(kept)
        number, first = next(wanted, -1), 0
        for _, text, item in documents(source, id_field, text_field, lambda number, error: None):
            parts = paragraphs(text)
            chosen = []
            while first <= number < first + len(parts):
                chosen.append(parts[number - first])
                number = next(wanted, -1)
            first += len(parts)
            if chosen:
                yield {**item, text_field: "\n".join(chosen)}

    _write_rows(rows(), source, path)


def _write_rows(rows: Iterable[Any], source: Path, path: Path) -> None:
    if path.suffix.lower() != ".parquet":
        with _lines(path) as out:
            for row in rows:
                out.write(as_json(row, default=str) + "\n")
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    if kind_of(source) == "parquet":
        schema = pq.read_schema(source)
        with whole(path) as part, pq.ParquetWriter(part, schema) as writer:
            for block in blocks(rows, 2048):
                writer.write_table(pa.Table.from_pylist(block, schema=schema))
        return
    # a field may first come with the last document: the rows wait in a file until all fields are known
    with tempfile.TemporaryFile() as waiting, whole(path) as part:
        schemas = [pa.schema([])]
        for block in blocks(rows, 2048):
            table = pa.Table.from_pylist([dict.fromkeys(key for row in block for key in row) | block[0], *block[1:]])
            with pa.ipc.new_stream(waiting, table.schema) as stream:
                stream.write_table(table)
            schemas.append(table.schema)
        schema = pa.unify_schemas(schemas, promote_options="permissive")
        waiting.seek(0)
        with pq.ParquetWriter(part, schema) as writer:
            for _ in schemas[1:]:
                table = pa.ipc.open_stream(waiting).read_all()
                writer.write_table(pa.concat_tables([schema.empty_table(), table], promote_options="permissive"))


def write_pairs(blocks: Iterable[list[tuple[Pair, list[SharedSpan]]]], path: Path) -> None:
    """Blocks of pairs with scores, verdict and shared spans, as parquet; ids as JSON, so that they keep their kind."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    span = pa.struct([(name, pa.int64()) for name in ("a_start", "a_end", "b_start", "b_end")])
    schema = pa.schema(
        [("a", pa.string()), ("b", pa.string()), ("similarity", pa.float64()), ("jaccard", pa.float64()),
         ("containment", pa.float64()), ("verdict", pa.string()), ("duplicate", pa.bool_()), ("spans", pa.list_(span))]
    )  # fmt: skip
    with whole(path) as part, pq.ParquetWriter(part, schema) as writer:
        for block in blocks:
            rows = [
                {**pair._asdict(), "a": as_json(pair.a), "b": as_json(pair.b), "spans": [s._asdict() for s in spans]}
                for pair, spans in block
            ]
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))


def write_added_pairs(pairs: list[tuple[Any, Any, float, int]], path: Path) -> None:
    """Pairs that an addition to an index found, as parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [
        {"a": as_json(a), "b": as_json(b), "similarity": score, "verdict": Verdict(verdict).name.lower()}
        for a, b, score, verdict in pairs
    ]
    schema = pa.schema([("a", pa.string()), ("b", pa.string()), ("similarity", pa.float64()), ("verdict", pa.string())])
    with whole(path) as part:
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), part)
