"""Read documents from what people have: iterables, Arrow, pandas and polars tables, parquet and jsonl files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from newsclean.corpus.sources import KINDS, InputError, Row, kind_of, rows_of

__all__ = ["InputError", "documents", "is_file"]

def is_file(items: Any) -> bool:
    """Whether the input is the path of a file or folder."""
    return isinstance(items, Path) or (isinstance(items, str) and (kind_of(Path(items)) != "" or Path(items).is_dir()))


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
        items = rows_of(Path(items))
    elif hasattr(items, "__arrow_c_stream__") and not isinstance(items, list | tuple | dict):
        items = _arrow(items, text_field)
    elif hasattr(items, "iterrows"):  # pandas before the Arrow interface
        items = (dict(zip(items.columns, row, strict=True)) for row in items.itertuples(index=False, name=None))
    elif isinstance(items, str | bytes | Mapping) or not isinstance(items, Iterable):
        raise InputError(f"expected documents or the path of {KINDS}; not {items!r:.60}")
    for number, item in enumerate(items):
        place = f"document {number}"
        if isinstance(item, Row):
            row, item = item, item.item
            place = row.place
        if isinstance(item, str):
            yield number, item, item
            continue
        if isinstance(item, tuple) and len(item) == 2:
            id_, text = item
        elif isinstance(item, Mapping):
            id_, text = item.get(id_field), item.get(text_field)
            id_ = number if id_ is None else id_
            if text_field not in item:
                raise InputError(
                    f"{place} (id {id_!r}): no field {text_field!r}; it has {', '.join(map(str, item))}. "
                    "Name the field of the text with text_field (--text-field)"
                )
        else:
            kind = type(item).__name__
            raise InputError(f"{place}: expected a string, (id, text) or a mapping (one a line in a file), not {kind}")
        if not isinstance(text, str):
            where = f"field {text_field!r}" if isinstance(item, Mapping) else "text"
            kind = "empty (null)" if text is None else type(text).__name__
            raise InputError(f"{place} (id {id_!r}): {where} is {kind}, not a string")
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
