"""Read documents from what people have: iterables, Arrow, pandas and polars tables, parquet and jsonl files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

FILES = (".jsonl", ".ndjson", ".parquet")


class InputError(ValueError):
    """The input cannot be read as documents; the message names the place and the remedy."""


def is_file(items: Any) -> bool:
    """Whether the input is the path of a file."""
    return isinstance(items, Path) or (isinstance(items, str) and Path(items).suffix.lower() in FILES)


def documents(items: Any, id_field: str = "id", text_field: str = "text") -> Iterator[tuple[Any, str, Any]]:
    """Yield (id, text, item) for each document.

    A string has its number as id; a pair is (id, text); a mapping or a row of a table has its fields. Where there is no
    id field, the number stands for it.

    Raises:
        InputError: for a document without text, and for an input of another kind.

    >>> list(documents(["甲", {"id": "p7", "text": "乙"}]))
    [(0, '甲', '甲'), ('p7', '乙', {'id': 'p7', 'text': '乙'})]
    """
    if is_file(items):
        items = file_rows(Path(items))
    elif hasattr(items, "__arrow_c_stream__") and not isinstance(items, list | tuple | dict):
        items = _arrow(items, text_field)
    elif hasattr(items, "iterrows"):  # pandas before the Arrow interface
        items = (dict(zip(items.columns, row, strict=True)) for row in items.itertuples(index=False, name=None))
    elif isinstance(items, str | bytes | Mapping) or not isinstance(items, Iterable):
        raise InputError(f"expected documents or the path of a {', '.join(FILES)} file, not {items!r:.60}")
    for number, item in enumerate(items):
        if isinstance(item, str):
            yield number, item, item
            continue
        if isinstance(item, tuple) and len(item) == 2:
            id_, text = item
        elif isinstance(item, Mapping):
            id_, text = item.get(id_field, number), item.get(text_field)
            if text_field not in item:
                raise InputError(
                    f"document {number} (id {id_!r}): no field {text_field!r}; it has {', '.join(map(str, item))}. "
                    "Name the field of the text with text_field (--text-field)"
                )
        else:
            kind = type(item).__name__
            raise InputError(f"document {number}: expected a string, (id, text) or a mapping, not {kind}")
        if not isinstance(text, str):
            where = f"field {text_field!r}" if isinstance(item, Mapping) else "text"
            raise InputError(f"document {number} (id {id_!r}): {where} is {type(text).__name__}, not a string")
        yield id_, text, item


def _arrow(items: Any, text_field: str) -> Iterator[Any]:
    """Rows of anything that speaks the Arrow C stream interface: tables, readers, data frames, columns of text."""
    try:
        import pyarrow as pa
    except ImportError as error:  # pragma: no cover - depends on the installation
        raise InputError("reading Arrow, pandas or polars needs pyarrow: pip install 'newsclean[corpus]'") from error
    reader = pa.RecordBatchReader.from_stream(items) if _is_struct(items) else None
    if reader is None:
        return iter(pa.chunked_array(items).to_pylist())
    return chain.from_iterable(batch.to_pylist() for batch in reader)


def _is_struct(items: Any) -> bool:
    import pyarrow as pa

    if isinstance(items, pa.ChunkedArray | pa.Array):
        return False
    return hasattr(items, "columns") or hasattr(items, "read_next_batch")


def file_rows(path: Path) -> Iterator[Any]:
    """Rows of a parquet file or lines of a jsonl file, as mappings.

    Raises:
        InputError: there is no such file, or a line is not JSON.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file")
    if path.suffix.lower() == ".parquet":
        try:
            import pyarrow.parquet as pq
        except ImportError as error:  # pragma: no cover - depends on the installation
            raise InputError("reading parquet needs pyarrow: pip install 'newsclean[corpus]'") from error
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(1024):
                yield from batch.to_pylist()
        return
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise InputError(f"{path}, line {number}: not JSON: {error}") from None
