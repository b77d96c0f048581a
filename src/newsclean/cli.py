"""The command line: reads files, calls the library, writes what it gives. Nothing is decided here."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from newsclean.io.reading import Text

PRESETS = ("newspaper", "minimal", "ocr")
LATER = {"dedupe": "newsclean.corpus.command:dedupe"}
"""Commands that are imported only when they are called."""


class LazyGroup(click.Group):
    """A group some of whose commands are imported when they are asked for, and absent where their module is."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, sorted."""
        return sorted([*super().list_commands(ctx), *filter(_exists, LATER)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name in LATER and _exists(cmd_name):
            module, name = LATER[cmd_name].split(":")
            command: click.Command = getattr(importlib.import_module(module), name)
            return command
        return super().get_command(ctx, cmd_name)


def _exists(command: str) -> bool:
    try:
        return importlib.util.find_spec(LATER[command].split(":")[0]) is not None
    except ModuleNotFoundError:
        return False


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="newsclean", prog_name="newsclean")
def main() -> None:
    """Clean, segment and deduplicate pages of Chinese newspapers.

    FILE is a text file in UTF-8, UTF-16, GB18030 or Big5, or - for standard input; a file that ends in .jsonl holds one
    page a line, as {"id": …, "text": …}. A file that cannot be read is told on standard error, the others are still
    worked on, and the exit status is 2.
    """


def _options(formats: tuple[str, ...] = ()) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The arguments and options that all commands share."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        options = [
            click.argument("files", metavar="FILE...", nargs=-1, required=True),
            click.option(
                "--preset",
                type=click.Choice(PRESETS),
                default=PRESETS[0],
                show_default=True,
                help="Which steps to run.",
            ),
            click.option("--encoding", metavar="NAME", help="The files' encoding, instead of recognising it."),
            click.option(
                "-o", "--output", metavar="PATH", help="A file, or a folder for one file each; else standard output."
            ),
            click.option(
                "--resume",
                is_flag=True,
                help="Leave out what the output already holds.",
            ),
            click.option(
                "-j", "--jobs", type=click.IntRange(1), default=1, show_default=True, help="How many processes."
            ),
        ]
        if formats:
            options.insert(
                1,
                click.option(
                    "--format",
                    "form",
                    type=click.Choice(formats),
                    default=formats[0],
                    show_default=True,
                    help="Form of the output.",
                ),
            )
        return functools.reduce(lambda decorated, option: option(decorated), reversed(options), command)

    return decorate


@main.command(short_help="Write the clean text of each FILE.")
@_options()
def clean(files: tuple[str, ...], **options: Any) -> None:
    """Write the clean text of each FILE: line breaks mended, repeats dropped, characters repaired."""
    _run(files, partial(clean_text, preset=options["preset"]), "text", options)


@main.command(short_help="Repair the characters of each FILE alone.")
@_options()
def normalize(files: tuple[str, ...], **options: Any) -> None:
    """Repair the characters of each FILE alone: no line is joined, nothing dropped or moved."""
    _run(files, partial(normalize_text, preset=options["preset"]), "text", options)


@main.command(short_help="Write the articles of each FILE.")
@_options(("markdown", "json", "jsonl"))
def split(files: tuple[str, ...], form: str, **options: Any) -> None:
    """Write the articles of each FILE, with whatever belongs to none at the end."""
    _run(files, partial(split_text, preset=options["preset"], form=form), form, options)


@main.command(short_help="List every change that clean makes, and why.")
@_options(("table", "json", "html"))
@click.option("--breaks", is_flag=True, help="List every line break instead, joined or left, and why.")
def explain(files: tuple[str, ...], form: str, breaks: bool, **options: Any) -> None:
    """List every edit that clean makes: place (line:column), rule, before → after, level, why."""
    if breaks:
        if form != "table":
            raise click.UsageError(f"--breaks lists lines of text only; leave --format {form} away")
        _run(files, partial(breaks_text, preset=options["preset"]), "text", options)
    else:
        _run(files, partial(explain_text, preset=options["preset"], form=form), form, options)


# What is done to one text. These run in worker processes, so they stand at the top level and give back plain strings,
# except for the table, which is drawn where the terminal is.


def clean_text(text: Text, preset: str) -> str:
    """The clean text, or the row with its text cleaned."""
    import newsclean

    return _as_row(text, newsclean.clean(text.text, preset=preset))


def normalize_text(text: Text, preset: str) -> str:
    """The text with its characters repaired, or the row with such a text."""
    import newsclean

    return _as_row(text, newsclean.normalize(text.text, preset=preset))


def split_text(text: Text, preset: str, form: str) -> str:
    """The page in one of the formats."""
    import newsclean

    page = newsclean.segment_articles(text.text, preset=preset, id=text.id)
    if form == "markdown":
        from newsclean.report.markdown import page_to_markdown

        return page_to_markdown(page, text.text)
    return _json(page.to_json(), lines=form == "jsonl")


def explain_text(text: Text, preset: str, form: str) -> Any:
    """The account in one of the formats; for a table the account itself."""
    import newsclean

    cleaned = newsclean.explain(text.text, preset=preset)
    if form == "json":
        return _json({"id": text.id, **cleaned.to_json()})
    if form == "html":
        from newsclean.report.html import fragment

        return fragment(cleaned, text.id)
    return cleaned


def breaks_text(text: Text, preset: str) -> str:
    """A line for each line break: the number of the line behind it, the decision, the lines' edges, the reasons."""
    import newsclean

    clean = newsclean.normalize(text.text, preset=preset)
    return "".join(
        f"{clean.count(chr(10), 0, b.end) + 1}\t{'joined' if b.joined else 'left'}\t"
        f"{clean[max(0, b.start - 8) : b.start].splitlines()[-1]}|{clean[b.end : b.end + 8].splitlines()[0]}\t{b.reason}\n"
        for b in newsclean.line_breaks(clean)
    )


def _as_row(text: Text, cleaned: str) -> str:
    return cleaned if text.row is None else _json({**text.row, "text": cleaned}, lines=True)


def _json(data: dict[str, Any], lines: bool = False) -> str:
    return json.dumps(data, ensure_ascii=False, indent=None if lines else 1) + ("\n" if lines else "")


def _run(files: tuple[str, ...], work: Callable[[Text], Any], form: str, options: dict[str, Any]) -> None:
    from newsclean.io.run import run
    from newsclean.io.writing import Output, OutputError

    try:
        output = Output.to(options["output"], files, form, resume=options["resume"])
        whole = run(output, work, encoding=options["encoding"], jobs=options["jobs"])
    except OutputError as error:
        click.echo(f"newsclean: {error}", err=True)
        whole = False
    if not whole:
        raise SystemExit(2)


if __name__ == "__main__":
    main(prog_name="newsclean")
