"""The command line: ``newsclean dedupe``."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import click

_NEEDS = {"duckdb": ("corpus", ("duckdb", "pyarrow")), "spark": ("spark", ("pyspark", "pyarrow", "pandas"))}


def _require(engine: str) -> None:
    extra, modules = _NEEDS[engine]
    missing = [m for m in modules if importlib.util.find_spec(m) is None]
    if missing:
        click.echo(f"newsclean dedupe needs {', '.join(missing)}: pip install 'newsclean[{extra}]'", err=True)
        sys.exit(2)


class _Bar:
    """Progress on standard error: a bar where somebody watches, nothing where nobody does."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        self.progress = Progress(
            TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=console, disable=not console.is_terminal,
        )  # fmt: skip
        self.tasks: dict[str, Any] = {}

    def __call__(self, stage: str, done: int, whole: int) -> None:
        if stage not in self.tasks:
            self.tasks[stage] = self.progress.add_task(stage, total=None)
        self.progress.update(self.tasks[stage], completed=done, total=whole or None)


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="Kept documents, jsonl or parquet.")
@click.option("--groups", type=click.Path(path_type=Path), help="Groups of duplicates: a list of ids a line (jsonl).")
@click.option("--pairs", type=click.Path(path_type=Path), help="All pairs with scores and shared spans (parquet).")
@click.option("--by", type=click.Choice(["document", "paragraph"]), default="document", show_default=True,
              help="What is compared: whole documents, or their lines.")
@click.option("--preset", type=click.Choice(["default", "fast"]), default="default", show_default=True,
              help="fast: n-grams alone decide, nothing is aligned.")
@click.option("--threshold", type=click.FloatRange(0.25, 1),
              help="Share of the shorter text that must stand in the other.  [default: 0.7; fast: 0.55]")
@click.option("--keep", type=click.Choice(["first", "longest", "cleanest"]), default="first", show_default=True,
              help="Which document of a group is kept.")
@click.option("--id-field", default="id", show_default=True, help="Name of the id field.")
@click.option("--text-field", default="text", show_default=True, help="Name of the text field.")
@click.option("--memory", type=click.IntRange(min=300), default=1000, show_default=True,
              help="Memory limit of the run, in MB.")
@click.option("--threads", type=click.IntRange(min=1), help="Threads of DuckDB.  [default: 2]")
@click.option("--index", type=click.Path(path_type=Path),
              help="Compare with all documents of this index (DuckDB file), and add the new ones to it.")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True,
              help="Where the work is done.")
@click.option("--master", default="local[*]", show_default=True, help="Spark master.")
def dedupe(source: Path, output: Path, groups: Path | None, pairs: Path | None, **options: Any) -> None:
    """Drop duplicate documents from SOURCE, a jsonl or parquet file.

    A run that was stopped goes on where it stopped when it is started again with the same SOURCE and OUTPUT.
    """
    _require(options["engine"])
    from newsclean.corpus.inputs import InputError

    for path in (output, groups, pairs):
        if path and not path.parent.exists():
            raise click.ClickException(f"{path}: the folder {path.parent} does not exist")
        if path and path.resolve() == source.resolve():
            raise click.ClickException(f"{path}: would overwrite the source; give another name")
    try:
        _run(source, output, groups, pairs, options)
    except InputError as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        click.echo(f"stopped; start again with the same source and output to go on ({_work(output)})", err=True)
        sys.exit(130)


def _work(output: Path) -> Path:
    return output.with_name(output.name + ".work.duckdb")


def _run(source: Path, output: Path, groups: Path | None, pairs: Path | None, options: dict[str, Any]) -> None:
    from newsclean.corpus.duck import dedupe_file
    from newsclean.corpus.outputs import write_groups, write_kept, write_kept_paragraphs, write_pairs

    bar = _Bar()
    engine, master, index = options.pop("engine"), options.pop("master"), options.pop("index")
    with bar.progress:
        result = dedupe_file(source, work=_work(output), progress=bar, **options)
        bar("write", 0, 0)
        if options["by"] == "document":
            write_kept(source, result.positions, output)
        else:
            write_kept_paragraphs(source, result.kept, output, options["id_field"], options["text_field"])
        if groups:
            write_groups(result.groups, groups)
        if pairs:
            write_pairs(result, pairs)
        bar("write", 1, 1)
    _work(output).unlink(missing_ok=True)
    _report(result)


def _report(result: Any) -> None:
    counts = result.counts
    click.echo(str(result), err=True)
    click.echo(
        f"{counts.candidates} candidate pairs read, {counts.alike} alike; {counts.crowded} crowded buckets "
        f"({counts.crowded_documents} entries) joined through their first document",
        err=True,
    )
    if counts.unaligned:
        click.echo(f"{counts.unaligned} pairs too long to align were judged by their n-grams alone", err=True)
    if counts.empty:
        click.echo(f"{counts.empty} texts without a character to compare were kept", err=True)
