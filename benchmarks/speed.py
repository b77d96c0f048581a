"""How fast pages are cleaned and read, on one core, and whether the time stays in proportion to the text.

    python benchmarks/speed.py [FILE_OR_FOLDER...] [--rounds 5] [--megabytes 2] [--hostile 10]
    python benchmarks/speed.py --hostile 0 --floors benchmarks/floors.toml [--raise]

Prints megabytes of UTF-8 a second of processor time, medians of warm rounds. A machine that is slow or shared is slow at
everything: 'x zlib' is the speed beside that of zlib's default compression of the same text in the same run, and can be
compared between machines. Without files the pages are the seed page's paragraphs in other orders, whole (column) and cut
at a column's width (wrap). Then come texts that nobody would print, each in growing sizes up to --hostile megabytes:
exit status 1 when one takes more than twice the time per megabyte that it took at a small size, or when a speed beside
zlib's has fallen below its floor. Floors are four fifths of the best that was measured, as machines differ.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import random
import statistics
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from quality import Floors, fallen, markdown, raised, read_floors, write_floors
from rich.console import Console

from newsclean import clean, normalize, segment_articles
from newsclean.layout.reading import read_lines
from newsclean.repeats import find_repeats

Function = Callable[[str], object]

SEED = Path(__file__).parent.parent / "seeds" / "000_a5be2ab77f3884b8.txt"
COLUMN = 17  # characters
GROWTH = 2.0  # from which the time per megabyte counts as growing
SLACK = 0.8  # of what was measured becomes the floor
SIZES = (64, 16, 4, 1)  # what parts of the largest size are tried, in this order


def compress(text: str) -> bytes:
    """The yardstick."""
    return zlib.compress(text.encode())


FUNCTIONS: dict[str, Function] = {
    "clean": clean,
    "normalize": normalize,
    "segment_articles": segment_articles,
    "find_repeats": find_repeats,
    "reading": read_lines,
    "zlib": compress,
}


def size(texts: Sequence[str]) -> float:
    """Megabytes of UTF-8."""
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) / 1e6


def seed_pages(megabytes: float) -> list[str]:
    """Pages of the seed page's paragraphs in other orders."""
    text = SEED.read_text(encoding="utf-8")
    paragraphs, rng = text.split("\n\n"), random.Random(0)
    return ["\n\n".join(rng.sample(paragraphs, len(paragraphs))) for _ in range(max(1, round(megabytes / size([text]))))]


def wrapped(text: str) -> str:
    """Every line cut at the column's width, each paragraph indented."""
    lines = []
    for paragraph in text.split():
        indented = "\u3000\u3000" + paragraph
        lines += [indented[at : at + COLUMN] for at in range(0, len(indented), COLUMN)]
    return "\n".join(lines)


def sets(paths: Sequence[Path], megabytes: float) -> dict[str, list[str]]:
    """The texts to be timed, under the names of their columns."""
    if not paths:
        pages = seed_pages(megabytes)
        return {"column": pages, "wrap": [wrapped(page) for page in pages]}
    found = {}
    for path in paths:
        texts: list[str] = []
        for file in sorted(path.glob("*.txt")) if path.is_dir() else [path]:
            if texts and size(texts) >= megabytes:
                break
            with file.open(encoding="utf-8", newline="") as opened:
                texts.append(opened.read())
        if not texts:
            raise SystemExit(f"{path}: no .txt files there")
        found[path.resolve().name] = texts
    return found


def seconds(function: Function, texts: Sequence[str]) -> float:
    """Processor time of one round."""
    began = time.process_time()
    for text in texts:
        function(text)
    return time.process_time() - began


def speeds(texts: Sequence[str], rounds: int) -> dict[str, float]:
    """Megabytes a second of each function, all in turn in every round, so that a busy minute slows all of them."""
    for function in FUNCTIONS.values():
        function(texts[0])
    taken: dict[str, list[float]] = {name: [] for name in FUNCTIONS}
    for _ in range(rounds):
        for name, function in FUNCTIONS.items():
            taken[name].append(seconds(function, texts))
    return {name: size(texts) / max(1e-9, statistics.median(times)) for name, times in taken.items()}


def hostile(megabytes: float) -> dict[str, str]:
    """Texts that are hard on careless code, of about this size."""
    seed = SEED.read_text(encoding="utf-8")
    prose = "".join(seed.split())
    times = max(1, round(megabytes / size([prose])))
    short = max(1, round(megabytes * 1e5))
    return {
        "one line": prose * times,
        "one page": "\n\n".join(seed_pages(megabytes)),
        "one wrapped page": wrapped("\n\n".join(seed_pages(megabytes))),
        "line ends": "甲" + "\n" * (short * 10) + "乙",
        "lines of one character": "\n".join("甲乙丙丁戊己庚辛壬癸" * (short // 4)),
        "open brackets": "（" * (short * 3) + prose,
        "open quotes": "他说：“好\n" * (short // 2),
        "spaces": "甲 " * (short * 2) + "\u3000" * short,
        "one line again and again": (prose[40:80] + "\n") * (short // 12),
        "one short line again and again": (prose[40:44] + "\n") * (short * 10 // 13),
        "one character again and again": prose[40] * (short * 10 // 3),
        "digits": "".join(random.Random(0).choices("0123456789", k=short * 10)),
    }


def growth(name: str, megabytes: float) -> Iterator[list[str]]:
    """Rows of seconds per megabyte at growing sizes; a text that takes too long is not tried at a larger size."""
    for kind in hostile(0.01):
        first, row = 0.0, []
        for part in SIZES:
            text = hostile(megabytes / part)[kind]
            per = seconds(FUNCTIONS[name], [text]) / size([text])
            row.append(f"{per:.3f}")
            first = first or max(per, 0.01)
            if per > GROWTH * first:
                row[-1] += " grows"
                break
        yield [f"{name}: {kind}", *row, *[""] * (len(SIZES) - len(row))]


def held(found: Floors, path: Path, raises: bool) -> int:
    """Hold speeds, in MB a second by set and function, against the floors in a file: 1 if one has fallen below its own."""
    floors, fell = read_floors(path), 0
    for name, row in found.items():
        beside = {function: speed / row["zlib"] for function, speed in row.items() if function != "zlib"}
        table = f"speed/{name}"
        for what in fallen(beside, floors.get(table, {})):
            print(f"{table}: {what}")
            fell = 1
        if raises:
            slack = {function: round(SLACK * ratio, 4) for function, ratio in beside.items()}
            floors[table] = raised(slack, floors.get(table, {}))
    if raises:
        write_floors(path, floors)
    return fell


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="*", type=Path, metavar="FILE_OR_FOLDER", help="pages to time; default: the seed page's")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megabytes", type=float, default=2, help="at most about so much of each folder")
    parser.add_argument("--hostile", type=float, default=10, metavar="MEGABYTES", help="largest hostile text; 0: none")
    parser.add_argument("--floors", type=Path, help="hold the speeds beside zlib's against those in this file")
    parser.add_argument("--raise", dest="raises", action="store_true", help="write what is faster into the floors")
    options = parser.parse_args()
    if options.raises and not options.floors:
        parser.error("--raise needs --floors FILE, the file to write to")
    progress = Console(stderr=True)
    found = {}
    for name, texts in sets(options.texts, options.megabytes).items():
        with progress.status(name):
            found[name] = speeds(texts, options.rounds)
    head = ["MB a second", *(column for name in found for column in (name, "x zlib"))]
    rows = [
        [name, *(cell for row in found.values() for cell in (f"{row[name]:.2f}", f"{row[name] / row['zlib']:.3f}"))]
        for name in FUNCTIONS
    ]
    print(markdown(head, rows))
    fell = held(found, options.floors, options.raises) if options.floors else 0
    if not options.hostile:
        return fell
    slow: list[list[str]] = []
    for name in ("normalize", "find_repeats", "reading", "segment_articles", "clean"):
        with progress.status(f"{name}, hostile texts"):
            slow += growth(name, options.hostile)
    print("", markdown(["seconds a MB, at", *(f"{options.hostile / part:.3g} MB" for part in SIZES)], slow), sep="\n")
    return fell or int(any("grows" in cell for row in slow for cell in row))


if __name__ == "__main__":
    sys.exit(main())
