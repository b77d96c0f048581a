"""How well pages are read: figures of newsclean.segment_articles on truth pages, held against floors that only rise.

    python benchmarks/quality.py seeds FOLDER... [--floors benchmarks/floors.toml [--raise]]

Each folder holds truth pages, NAME.txt and NAME.gold.json (docs/truth-pages.md); 'FOLDER/*.tesseract.gold.json' takes
some of them as a row. Floors are kept under the name of the folder; folders that they do not know have none to hold.
Exit status 1 when a figure has fallen below its floor, 2 when a folder holds no pages.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track
from scoring import Scores, Truth, TruthError, less_is_better

from newsclean import segment_articles

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Figures = dict[str, float]
Floors = dict[str, Figures]

HEADER = """\
# What benchmarks/quality.py found on truth pages, by the name of their folder. It must not become worse: figures are
# floors, errors_* (what of each kind of damage remains, in edits a character) and unaccounted (characters) are ceilings.
# Written by `python benchmarks/quality.py FOLDER... --floors benchmarks/floors.toml --raise`, which only ever tightens.
# Tables speed/*: how many times as fast as zlib, by `python benchmarks/speed.py --hostile 0 --floors ... --raise`.
"""


def truth_files(where: str) -> tuple[str, list[Path]]:
    """The truth pages of a folder, or of a folder and pattern, and the name under which their floors are kept."""
    path = Path(where)
    folder, pattern = (path.parent, path.name) if "*" in path.name else (path, "*.gold.json")
    name = folder.resolve().name
    if pattern != "*.gold.json":
        name += "/" + pattern.removesuffix(".gold.json")
    return name, sorted(folder.glob(pattern))


def score(files: Iterable[Path]) -> Scores:
    """Read every page and count."""
    scores = Scores()
    for path in files:
        truth = Truth.load(path)
        scores.add(truth, segment_articles(truth.text))
    return scores


def fallen(found: Figures, floors: Figures) -> list[str]:
    """What has fallen below its floor, in words."""
    said = []
    for name, floor in floors.items():
        value = found.get(name)
        if value is None or (value > floor if less_is_better(name) else value < floor):
            said.append(f"{name} is {value}, its {'ceiling' if less_is_better(name) else 'floor'} {floor}")
    return said


def raised(found: Figures, floors: Figures) -> Figures:
    """The better of both, figure by figure."""
    better = dict(floors)
    for name, value in found.items():
        old = floors.get(name, value)
        better[name] = min(value, old) if less_is_better(name) else max(value, old)
    return better


def read_floors(path: Path) -> Floors:
    """The floors by the folder's name; none where there is no such file."""
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write_floors(path: Path, floors: Floors) -> None:
    """Write the floors, sorted by name, so that a change is easily seen."""
    tables = ["\n".join([f'["{name}"]', *(f"{k} = {v}" for k, v in row.items())]) for name, row in sorted(floors.items())]
    path.write_text("\n\n".join([HEADER.rstrip(), *tables]) + "\n", encoding="utf-8")


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table that can be read as it stands, and pasted into a card."""
    body = [list(head), *map(list, rows)]
    widths = [max(len(row[k]) for row in body) for k in range(len(head))]
    lines = [
        "| " + " | ".join(c.rjust(w) if k else c.ljust(w) for k, (c, w) in enumerate(zip(row, widths, strict=True))) + " |"
        for row in body
    ]
    lines.insert(1, "|" + "|".join("-" * (w + 1) + (":" if k else "-") for k, w in enumerate(widths)) + "|")
    return "\n".join(lines)


def page_table(scores: Mapping[str, Scores]) -> str:
    """One row a folder: lines, copies, articles and what they consist of."""
    found = {name: s.figures() for name, s in scores.items()}
    columns = [c for c in next(iter(found.values())) if not less_is_better(c)]
    head = ["folder", "pages", *(c.removesuffix("_f1").replace("_", " ") for c in columns), "unaccounted"]
    rows = [
        [name, str(scores[name].pages), *(f"{row[c]:.4f}" for c in columns), f"{row['unaccounted']:.0f}"]
        for name, row in found.items()
    ]
    return markdown(head, rows)


def damage_table(scores: Mapping[str, Scores]) -> str:
    """One row a folder: character error rate of paragraphs before > after, by the damage done to them."""
    kinds = sorted({kind for s in scores.values() for kind in s.errors})
    rows = [
        [
            name,
            *(
                f"{s.errors[kind].before / s.errors[kind].of:.5f} > {s.errors[kind].after / s.errors[kind].of:.5f}"
                if kind in s.errors and s.errors[kind].of
                else ""
                for kind in kinds
            ),
        ]
        for name, s in scores.items()
    ]
    return markdown(["character errors", *kinds], rows)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", metavar="FOLDER", help="truth pages, or a pattern of their .gold.json")
    parser.add_argument("--floors", type=Path, help="hold the figures against those in this file")
    parser.add_argument("--raise", dest="raises", action="store_true", help="write what is better into the floors")
    options = parser.parse_args(arguments)
    if options.raises and not options.floors:
        parser.error("--raise needs --floors FILE, the file to write to")
    progress = Console(stderr=True)
    scores: dict[str, Scores] = {}
    for folder in options.folders:
        name, files = truth_files(folder)
        if not files:
            parser.error(f"{folder}: no truth pages there; they are named NAME.txt and NAME.gold.json")
        try:
            scores[name] = score(track(files, name, console=progress, transient=True))
        except TruthError as error:
            parser.error(str(error))
    print(page_table(scores), damage_table(scores), sep="\n\n")
    if not options.floors:
        return 0
    floors, fell = read_floors(options.floors), 0
    for name, counted in scores.items():
        if name not in floors and not options.raises:
            print(f"{name}: no floors yet; --raise writes them")
        for what in fallen(counted.figures(), floors.get(name, {})):
            print(f"{name}: {what}")
            fell = 1
    if options.raises:
        write_floors(options.floors, floors | {n: raised(s.figures(), floors.get(n, {})) for n, s in scores.items()})
    return fell


if __name__ == "__main__":
    sys.exit(main())
