"""Many pages: read one after the other, worked on in parallel, handed over in the order in which they were given."""

from __future__ import annotations

import json
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from newsclean.io.reading import LEAVE_OUT, ReadError, Text, name_encoding, read_text, unopened

Item = TypeVar("Item")
Result = TypeVar("Result")

_ROWS = (".jsonl", ".ndjson")


def has_rows(name: str) -> bool:
    """Whether a file holds many pages, as JSON lines."""
    return name.lower().endswith(_ROWS)


def read_many(names: Iterable[str], encoding: str | None = None) -> Iterator[Text | ReadError]:
    """The pages of many files, in order; what cannot be read comes as the error instead.

    Args:
        names: text files, each a page; files of JSON lines, each line a page with ``"text"`` and perhaps ``"id"``;
            ``"-"`` for standard input.
        encoding: forces an encoding, as for :func:`newsclean.io.reading.read_text`.
    """
    for name in names:
        if has_rows(name):
            yield from _read_rows(name, encoding or "utf-8")
        else:
            try:
                yield read_text(name, encoding)
            except ReadError as error:
                yield error


def _read_rows(name: str, encoding: str) -> Iterator[Text | ReadError]:
    empty = True
    try:
        with open(name, "rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    empty = False
                    try:
                        yield _row(line, name, number, encoding)
                    except ReadError as error:
                        yield error
    except OSError as error:
        yield unopened(name, error)
    else:
        if empty:
            yield ReadError(name, "is empty", LEAVE_OUT)


def _row(line: bytes, name: str, number: int, encoding: str) -> Text:
    remedy = 'give one object a line: {"id": "…", "text": "…"}'
    try:
        row = json.loads(line.decode("utf-8-sig" if encoding.lower() == "utf-8" else encoding))
    except UnicodeDecodeError:
        place = f"line {number} cannot be read as {encoding}"
        raise ReadError(name, place, name_encoding("gb18030")) from None
    except LookupError:
        raise ReadError(name, f"there is no encoding {encoding!r}", "name one such as utf-8 or gb18030") from None
    except ValueError as error:
        raise ReadError(name, f"line {number} is not JSON ({error})", remedy) from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ReadError(name, f'line {number} has no "text" that is a string', remedy)
    try:
        row["text"].encode("utf-8")
    except UnicodeEncodeError as error:
        place = f"line {number} has half a surrogate pair at character {error.start} of its text"
        raise ReadError(name, place, "write it again as UTF-8") from None
    row.setdefault("id", f"{Path(name).stem}-{number}")
    return Text(row["text"], encoding, name, row)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def in_order(
    function: Callable[[Item], Result], items: Iterable[Item], jobs: int = 1
) -> Iterator[tuple[Item, Result | Exception]]:
    """The function's result for each item, in the order of the items, as they come; the result may be what it raised.

    Args:
        function: of a module's top level, so that it pickles.
        items: taken as they are needed: never more than a few for each job are held at once.
        jobs: how many processes; with 1 everything happens in this one.

    >>> list(in_order(len, ["甲", "乙丙"]))
    [('甲', 1), ('乙丙', 2)]
    """
    if jobs <= 1:
        for item in items:
            try:
                yield item, function(item)
            except Exception as error:
                yield item, error
        return
    # Fresh processes on every system: a fork would copy the threads of a progress bar half alive
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_leave_interrupts_to_the_parent)
    try:
        upcoming = iter(items)
        under_way: deque[tuple[Item, Future[Any]]] = deque()
        while True:
            for item in islice(upcoming, 4 * jobs - len(under_way)):
                under_way.append((item, pool.submit(function, item)))
            if not under_way:
                break
            item, future = under_way.popleft()
            try:
                yield item, future.result()
            except Exception as error:
                yield item, error
    finally:
        pool.shutdown(cancel_futures=True)
