"""Read documents from what people have: iterables, Arrow, pandas and polars tables, parquet and jsonl files."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

from newsclean.corpus.sources import KINDS, InputError, Row, kind_of, rows_of

__all__ = ["InputError", "as_json", "blocks", "documents", "is_file", "stands_twice", "stored"]

T = TypeVar("T")

HALF_PAIRS = re.compile("[\ud800-\udfff]")
"""Halves of a surrogate pair, as JSON may have them: no text that a database holds."""


def is_file(items: Any) -> bool:
    """Whether the input is the path of a file or folder."""
    return isinstance(items, Path) or (isinstance(items, str) and (kind_of(Path(items)) != "" or Path(items).is_dir()))


Bad = Callable[[int, InputError], None]


def documents(
    items: Any, id_field: str = "id", text_field: str = "text", bad: Bad | None = None
) -> Iterator[tuple[Any, str, Any]]:
    """Yield (id, text, item) for each document.

    A string has its number as id; a pair is (id, text); a mapping or a row of a table has its fields. Where there is no
    id field, or nothing in it, the number stands for it.

    Args:
        items, id_field, text_field: as for `dedupe`.
        bad: called with the number and the error of a document that cannot be read, which is then left out.

    Raises:
        InputError: for a document without text, if `bad` is not given, and for an input of another kind.

    >>> list(documents(["甲", {"id": "p7", "text": "乙"}]))
    [(0, '甲', '甲'), ('p7', '乙', {'id': 'p7', 'text': '乙'})]
    """
    for _, id_, text, item in _placed(items, id_field, text_field, bad):
        yield id_, text, item


def _placed(
    items: Any, id_field: str, text_field: str, bad: Bad | None = None
) -> Iterator[tuple[str, Any, str, Any]]:
    """The same, with the place of each document in front."""
    if is_file(items):
        items = rows_of(Path(items), errors=True)
    elif hasattr(items, "__arrow_c_stream__") and not isinstance(items, list | tuple | dict):
        items = _arrow(items, text_field)
    elif hasattr(items, "iterrows"):  # pandas before the Arrow interface
        items = (dict(zip(items.columns, row, strict=True)) for row in items.itertuples(index=False, name=None))
    elif isinstance(items, str | bytes | Mapping) or not isinstance(items, Iterable):
        raise InputError(f"expected documents or the path of {KINDS}; not {items!r:.60}")
    for number, item in enumerate(items):
        place, value = (item.place, item.item) if isinstance(item, Row) else (f"document {number}", item)
        try:
            found = _document(place, number, value, id_field, text_field)
        except InputError as error:
            if bad:
                bad(number, error)
            elif isinstance(item, Row):
                raise InputError(f"{error} (newsclean dedupe --skip-bad leaves such lines out)") from None
            else:
                raise
        else:
            yield place, *found


def _document(place: str, number: int, item: Any, id_field: str, text_field: str) -> tuple[Any, str, Any]:
    if isinstance(item, InputError):
        raise item
    if isinstance(item, str):
        return number, item, item
    if isinstance(item, tuple) and len(item) == 2:
        id_, text = item
    elif isinstance(item, Mapping):
        id_, text = item.get(id_field), item.get(text_field)
        if text_field not in item:
            raise InputError(
                f"{place} (id {id_!r}): no field {text_field!r}; it has {', '.join(map(str, item))}. "
                "Name the field of the text with text_field (--text-field)"
            )
    else:
        kind = type(item).__name__
        raise InputError(f"{place}: expected a string, (id, text) or a mapping (one a line in a file), not {kind}")
    if id_ is None or id_ != id_:  # not a number: how tables write that there is none
        id_ = number
    if isinstance(id_, list | dict):
        raise InputError(f"{place}: the id is a {type(id_).__name__}; give a string or a number as id, in field {id_field!r}")
    if not isinstance(text, str):
        where = f"field {text_field!r}" if isinstance(item, Mapping) else "text"
        kind = "empty (null)" if text is None else type(text).__name__
        raise InputError(
            f"{place} (id {id_!r}): {where} is {kind}, not a string; give it a text, if only an empty one, or leave it out"
        )
    return id_, text, item


def blocks(
    rows: Iterable[T], count: int, size: float = math.inf, size_of: Callable[[T], int] = lambda row: 0
) -> Iterator[list[T]]:
    """Rows in blocks of a bounded number and about a bounded size.

    >>> list(blocks("abcde", 2, 9, len)), list(blocks("abcde", 9, 3, len))
    ([['a', 'b'], ['c', 'd'], ['e']], [['a', 'b', 'c'], ['d', 'e']])
    """
    block: list[T] = []
    held = 0
    for row in rows:
        block.append(row)
        held += size_of(row)
        if len(block) == count or held >= size:
            yield block
            block, held = [], 0
    if block:
        yield block


def as_json(value: Any, default: Callable[[Any], Any] | None = None) -> str:
    """A value as JSON in one line that can be written as UTF-8, also with half of a surrogate pair in it."""
    text = json.dumps(value, ensure_ascii=False, default=default)
    return json.dumps(value, default=default) if HALF_PAIRS.search(text) else text


def stored(id_: Any) -> str:
    """An id as JSON, so that it keeps its kind.

    >>> stored("页7"), stored(7)
    ('"页7"', '7')
    """
    try:
        return as_json(id_)
    except TypeError:
        raise InputError(f"id {id_!r} is of type {type(id_).__name__}; give a string or a number as id") from None


def stands_twice(items: Any, id_: str, id_field: str, text_field: str) -> InputError:
    """The error for an id (as JSON) that two documents have; for files it names both places."""
    where = ""
    if is_file(items):
        rows = _placed(items, id_field, text_field, lambda number, error: None)
        places = (place for place, other, *_ in rows if stored(other) == id_)
        where = f" ({'; '.join(islice(places, 2))})"
    return InputError(
        f"id {id_} stands twice{where}; ids must be unique. Mend one, or name another field with id_field (--id-field)"
    )


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
