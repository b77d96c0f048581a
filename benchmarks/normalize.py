#!/usr/bin/env python3
"""Speed of ``normalize`` beside other normalisers, in one run: ``python benchmarks/normalize.py FILE_OR_FOLDER…``.

Each text (a ``.txt`` file, or the paragraphs of each line of a ``.jsonl`` or ``.jsonl.xz`` file) is handed over as one
string. Peers that are not installed are named and left out: pip install ftfy autocorrect-py zhconv corpusfold.
Figures are megabytes of UTF-8 a second of processor time, each text handed over once, and how they compare with newsclean;
and how many characters each changes, which on clean text should be none. ``--damage`` spoils the texts first;
``--characters 100`` cuts them into pieces of that length, as they come when paragraphs are given one by one; ``--join 200``
puts them together into texts of so many kilobytes at least.
"""

from __future__ import annotations

import importlib
import json
import lzma
import random
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
from rapidfuzz.distance import Levenshtein

from newsclean.characters import normalize

Normalizer = Callable[[str], str]

WARM_UP = "工程己经完工,2O22年 3 月通车。“随著”--记者 service 意识……第⼀批１２３"
HALF_WIDTH = str.maketrans("，。！？；：（）“”", ',.!?;:()""')
FULL_WIDTH = {c: c + 0xFEE0 for c in range(ord("0"), ord("z") + 1) if chr(c).isalnum()}
RADICALS = str.maketrans(
    "一人大小工心手文方日月水火生用目立老自行见车长门青高民西",
    "⼀⼈⼤⼩⼯⼼⼿⽂⽅⽇⽉⽔⽕⽣⽤⽬⽴⽼⾃⾏⻅⻋⻓⻔⻘⾼⺠⻄",
)


def peers() -> Iterator[tuple[str, Normalizer | None]]:
    """The normalisers, newsclean first, None where one is not installed."""
    yield "newsclean", normalize
    for name, module, call in (
        ("ftfy", "ftfy", lambda m: m.fix_text),
        ("autocorrect-py", "autocorrect_py", lambda m: m.format),
        ("zhconv", "zhconv", lambda m: lambda text: m.convert(text, "zh-cn")),
        ("corpusfold", "corpusfold", lambda m: getattr(m, "normalize", None) or m.fold),
    ):
        try:
            yield name, call(importlib.import_module(module))
        except (ImportError, AttributeError):
            yield name, None


def texts_of(path: Path) -> Iterator[str]:
    """The texts of a file, or of all files of a folder."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.suffix in (".txt", ".jsonl", ".xz"):
                yield from texts_of(file)
    elif path.name.endswith((".jsonl", ".jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as rows:
            for row in map(json.loads, rows):
                yield "\n".join(row["paragraphs"]) if "paragraphs" in row else row["text"]
    else:
        yield path.read_text(encoding="utf-8")


def pieces(text: str, characters: int) -> Iterator[str]:
    """The text in pieces of so many characters; 0: whole."""
    yield from (text[i : i + characters] for i in range(0, len(text), characters)) if characters else (text,)


def joined(texts: Iterable[str], kilobytes: float) -> Iterator[str]:
    """The texts put together, a blank line between them, until there are so many kilobytes of UTF-8."""
    some: list[str] = []
    size = 0
    for text in texts:
        some.append(text)
        size += len(text.encode())
        if size >= kilobytes * 1000:
            yield "\n\n".join(some)
            some, size = [], 0
    if some:
        yield "\n\n".join(some)


def spoil(rng: random.Random, text: str) -> str:
    """A text with one or two of the kinds of damage that normalisers are for."""
    if rng.random() < 0.3:
        text = "".join(c.translate(HALF_WIDTH) if rng.random() < 0.7 else c for c in text)
    if rng.random() < 0.2:
        text = text.translate(FULL_WIDTH)
    if rng.random() < 0.2:
        text = "".join(c.translate(RADICALS) if rng.random() < 0.6 else c for c in text)
    if rng.random() < 0.1:
        text = "".join(c + " " if c > "\u4e00" and rng.random() < 0.3 else c for c in text)
    return text


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--megabytes", default=4.0, help="How much text is read, at most.")
@click.option("--damage", is_flag=True, help="Spoil the texts first.")
@click.option("--characters", default=0, help="Cut the texts into pieces of so many characters.")
@click.option("--join", "kilobytes", default=0.0, help="Put texts together until there are so many kilobytes.")
def main(paths: tuple[Path, ...], megabytes: float, damage: bool, characters: int, kilobytes: float) -> None:
    """Measure newsclean's default preset beside its peers."""
    rng = random.Random(0)
    texts: list[str] = []
    size = 0
    found = (piece for path in paths for whole in texts_of(path) for piece in pieces(whole, characters))
    spoiled = (spoil(rng, text) for text in found) if damage else found
    for text in joined(spoiled, kilobytes):
        texts.append(text)
        size += len(texts[-1].encode())
        if size > megabytes * 1e6:
            break
    click.echo(f"{len(texts)} texts, {size / 1e6:.1f} MB")
    own = 0.0
    for name, call in peers():
        if call is None:
            click.echo(f"{name:16} not installed")
            continue
        call(WARM_UP)  # tables are read at the first call; a second round would be of what is remembered of the first
        start = time.process_time()
        answers = [call(text) for text in texts]
        speed = size / (time.process_time() - start) / 1e6
        own = own or speed
        changed = sum(Levenshtein.distance(a, b) for a, b in zip(texts[:200], answers, strict=False))
        of, ratio = sum(map(len, texts[:200])), own / speed
        click.echo(f"{name:16} {speed:8.1f} MB/s   newsclean is {ratio:5.1f} times as fast   {changed} of {of} changed")


if __name__ == "__main__":
    main()
