"""The command line: ``newsclean dedupe``."""

from __future__ import annotations

import importlib.util
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import click

_SHOWN = 20
_NEEDS = {"duckdb": ("corpus", ("duckdb", "pyarrow")), "spark": ("spark", ("pyspark", "pyarrow", "pandas"))}


class _Refused(click.ClickException):
    """What was given cannot be worked on; the exit status is that of the other commands."""

    exit_code = 2


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
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Kept (jsonl or parquet).")
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
@click.option("--skip-bad", is_flag=True, help="Leave out lines that cannot be read, and name them; else the run stops at the first.")
@click.option("--memory", type=click.IntRange(min=300), default=450, show_default=True,
              help="Memory limit of the run, in MB.")
@click.option("--threads", type=click.IntRange(min=1), help="Threads of DuckDB.  [default: 1]")
@click.option("--index", type=click.Path(path_type=Path),
              help="Compare with all documents of this index (DuckDB file), and add the new ones to it.")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True,
              help="Where the work is done.")
@click.option("--master", default="local[*]", show_default=True, help="Spark master.")
def dedupe(source: Path, output: Path, groups: Path | None, pairs: Path | None, **options: Any) -> None:
    """Drop duplicate documents from SOURCE.

    SOURCE is a jsonl (also .gz, .bz2, .xz, .zst) or parquet file, or a folder of these or of text files.

    A run that was stopped goes on where it stopped when it is started again with the same SOURCE and OUTPUT.
    """
    _require(options["engine"])
    from newsclean.corpus.inputs import InputError

    for path in (output, groups, pairs):
        if path and not path.parent.exists():
            raise _Refused(f"{path}: the folder {path.parent} does not exist; make it first")
        if path and path.resolve() == source.resolve():
            raise _Refused(f"{path}: would overwrite the source; give another name")
    try:
        _run(source, output, groups, pairs, options)
    except InputError as error:
        raise _Refused(str(error)) from None
    except KeyboardInterrupt:
        click.echo(f"stopped; start again with the same source and output to go on ({_work(output)})", err=True)
        sys.exit(130)


def _work(output: Path) -> Path:
    return output.with_name(output.name + ".work.duckdb")


def _run(source: Path, output: Path, groups: Path | None, pairs: Path | None, options: dict[str, Any]) -> None:
    from newsclean.corpus.duck import clear, dedupe_to

    bar = _Bar()
    engine, master, index_path = options.pop("engine"), options.pop("master"), options.pop("index")
    if options["skip_bad"] and (index_path or engine == "spark"):
        raise click.UsageError("--skip-bad goes with neither --index nor --engine spark; deduplicate without them first")
    with bar.progress:
        if index_path:
            _add(index_path, source, output, groups, pairs, bar, options)
            return
        if engine == "spark":
            _spark(master, source, output, groups, pairs, bar, options)
            return
        written = dedupe_to(source, output, groups=groups, pairs=pairs, work=_work(output), progress=bar, **options)
    clear(_work(output))
    counts = written.counts
    for message in islice(written.bad.values(), _SHOWN):
        click.echo(f"left out: {message}", err=True)
    if len(written.bad) > _SHOWN:
        click.echo(f"left out: {len(written.bad) - _SHOWN} more", err=True)
    click.echo(str(written), err=True)
    click.echo(f"{counts.candidates} candidate pairs read, {counts.alike} alike", err=True)
    _tell_caps(counts.crowded, counts.crowded_documents, counts.unaligned)
    if counts.empty:
        click.echo(f"{counts.empty} texts without a character to compare were kept", err=True)
    if 2 * written.broken > counts.documents:
        click.echo(
            f"{written.broken} of {counts.documents} lines end in mid-sentence and were compared as paragraphs: "
            "join them first (newsclean clean)", err=True,
        )  # fmt: skip


def _add(
    path: Path, source: Path, output: Path, groups: Path | None, pairs: Path | None, bar: _Bar, options: dict[str, Any]
) -> None:
    """Compare with an index, and add to it."""
    from newsclean.corpus.index import Index
    from newsclean.corpus.outputs import write_added_pairs, write_groups, write_kept

    if options["by"] != "document" or options["keep"] != "first":
        raise click.UsageError("--index compares whole documents, and the earlier one is kept")
    fields = {"id_field": options["id_field"], "text_field": options["text_field"]}
    limits = {name: options[name] for name in ("preset", "threshold", "memory", "threads")}
    with Index(path, **limits) as index:
        added = index.add(source, progress=bar, **fields)
        known = len(index)
    write_kept(source, added.kept, output)
    if groups:
        write_groups(added.groups, groups)
    if pairs:
        write_added_pairs(added.pairs, pairs)
    click.echo(
        f"{added.documents} read, {len(added.repeats)} repeat others, {len(added.kept)} kept; the index holds {known}",
        err=True,
    )
    _tell_caps(added.crowded, added.crowded_documents, added.unaligned)


def _spark(
    master: str, source: Path, output: Path, groups: Path | None, pairs: Path | None, bar: _Bar, options: dict[str, Any]
) -> None:
    """Run on Spark; the result is written here."""
    import shutil

    from newsclean.corpus.inputs import InputError, documents, stands_twice, stored
    from newsclean.corpus.outputs import write_groups, write_kept
    from newsclean.corpus.sources import fingerprint
    from newsclean.corpus.spark import dedupe_frame, read_documents, session

    if options["by"] != "document":
        raise click.UsageError("--engine spark compares whole documents")
    if source.is_dir() or source.suffix.lower() in {".xz", ".zst"}:
        raise InputError(f"{source}: --engine spark reads one jsonl (.gz, .bz2) or parquet file; see dedupe_frame for others")
    fields = options["id_field"], options["text_field"]
    ids: dict[Any, None] = {}
    for id_, _, _ in documents(source, *fields):  # what cannot be read is told here, with its line
        if id_ in ids:
            raise stands_twice(source, stored(id_), *fields)
        ids[id_] = None
    id_of = [*ids]
    work = output.with_name(output.name + ".work.spark")
    tables = f"{work.resolve()}/{fingerprint(source)[:16]}-{options['text_field']}"  # of another source they are no use
    frame = read_documents(session(master), source.resolve(), tables, options["text_field"])
    chosen = {name: options[name] for name in ("preset", "threshold", "keep")}
    found = dedupe_frame(frame, tables, progress=bar, **chosen)
    rows = found.members.orderBy("root", "doc").collect()
    gone = {row.doc for row in rows if row.doc != row.kept}
    write_kept(source, (i for i in range(len(id_of)) if i not in gone), output)
    if groups:
        by_root: dict[int, list[Any]] = {}
        for row in rows:
            by_root.setdefault(row.root, []).append(id_of[row.doc])
        write_groups(by_root.values(), groups)
    if pairs:
        found.pairs.orderBy("a", "b").toPandas().to_parquet(pairs)
    crowded, entries = found.crowded.selectExpr("count(*)", "coalesce(sum(size), 0)").collect()[0]
    shutil.rmtree(work)
    click.echo(f"{len(gone)} dropped in {len({row.root for row in rows})} groups", err=True)
    _tell_caps(crowded, entries, 0)


def _tell_caps(crowded: int, entries: int, unaligned: int) -> None:
    """Say what was not looked at as closely as the rest."""
    if crowded:
        click.echo(f"{crowded} crowded buckets ({entries} entries) joined through their first document", err=True)
    if unaligned:
        click.echo(f"{unaligned} pairs too long to align were judged by their n-grams alone", err=True)
