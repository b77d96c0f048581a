"""The run of a command over many files: progress and errors on standard error, results in order as they come."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from newsclean.io.many import has_rows, in_order, read_many
from newsclean.io.reading import ReadError, Text
from newsclean.io.writing import Output

if TYPE_CHECKING:
    from newsclean.cleaned import Cleaned

Say = Callable[[str], None]


def run(output: Output, work: Callable[[Text], Any], encoding: str | None = None, jobs: int = 1) -> bool:
    """Read every file, do the work, write the results; what goes wrong with one file stops no other.

    Args:
        output: which files, and where their results go.
        work: of a module's top level; gives a string, or a :class:`~newsclean.cleaned.Cleaned` to be drawn as a table.
        encoding: forces the files' encoding.
        jobs: how many processes.

    Returns:
        Whether all went well.

    Raises:
        newsclean.io.writing.OutputError: the results cannot be written.
    """
    whole = True
    with _progress(output) as (advance, say), output:
        texts = _left(read_many(output.files, encoding), output, advance)
        for item, result in in_order(partial(_work, work), texts, min(jobs, max(1, _most(output)))):
            if isinstance(result, Exception):
                whole = False
                say(_told(item, result))
            else:
                assert isinstance(item, Text)
                if item.encoding != "utf-8" and encoding is None:
                    say(f"{item.name}: read as {item.encoding}")
                output.write(item, result if isinstance(result, str) else _drawn(result, item, output))
            advance()
    return whole


def _left(texts: Iterator[Text | ReadError], output: Output, advance: Callable[[], None]) -> Iterator[Text | ReadError]:
    """What an earlier run has not done."""
    for text in texts:
        if isinstance(text, Text) and output.skips(text):
            advance()
        else:
            yield text


def _work(work: Callable[[Text], Any], item: Text | ReadError) -> Any:
    if isinstance(item, ReadError):
        raise item
    return work(item)


def _most(output: Output) -> int:
    """How many texts there can be, at most: no more processes than that."""
    return sys.maxsize if any(map(has_rows, output.files)) else len(output.files)


def _told(item: Text | ReadError, error: Exception) -> str:
    if isinstance(error, ReadError):
        return str(error)
    name = f"{item.name}: {item.id}" if isinstance(item, Text) and item.row is not None else item.name
    if isinstance(error, BrokenProcessPool):
        return f"{name}: a worker process died, perhaps for want of memory; run this file with --jobs 1"
    message = " ".join(str(error).split())
    return f"{name}: a fault of newsclean, not of the file: {type(error).__name__}: {message}; please report it"


def _drawn(cleaned: Cleaned, text: Text, output: Output) -> str:
    from rich.console import Console

    from newsclean.report.terminal import report

    console = Console() if output.on_screen else Console(width=160, color_system=None)
    with console.capture() as capture:
        console.print(report(cleaned, text.id if text.row is not None else text.name))
    return capture.get()


@contextmanager
def _progress(output: Output) -> Iterator[tuple[Callable[[], None], Say]]:
    """A bar on standard error where somebody looks at it and nothing else is written to the screen."""
    several = len(output.files) > 1 or any(map(has_rows, output.files))
    if not several or output.on_screen or not sys.stderr.isatty():
        yield (lambda: None), (lambda message: click.echo(f"newsclean: {message}", err=True))
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("pages"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        total = None if any(map(has_rows, output.files)) else len(output.files)
        task = progress.add_task("pages", total=total)
        yield (
            lambda: progress.advance(task),
            lambda message: progress.console.print(
                f"newsclean: {message}", markup=False, highlight=False, soft_wrap=True
            ),
        )
