#!/usr/bin/env python3
"""Known neighbours of the confusable characters, and how right their repair is.

    confusions.py build ARTICLES.jsonl[.xz] ...     counts pairs of characters, writes data/confusables.npz
    confusions.py evidence ARTICLES.jsonl[.xz] ...  what twins need of evidence, writes data/confusable_evidence.tsv
    confusions.py measure ARTICLES.jsonl[.xz] ...   plants confusions in clean articles; counts repairs and false alarms

Articles are objects with "title" and "paragraphs", one a line. Build from other articles than you measure on.
"""

from __future__ import annotations

import argparse
import json
import lzma
import math
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from newsclean.edits import Level
from newsclean.rules import confusables

MARGIN = 4.0  # above the highest evidence for a false repair in clean text, where less than the usual is to be enough
ABOVE = 1.0  # and where the usual would not be
BY_IMAGE = 17.0  # what twins by their images need, that have no other reason to be taken for each other
MISPRINT = 20.0  # what evidence so high speaks for, newspapers themselves misprinted
# The least evidence that a pair needs, by how often its first character stands in the clean text: what is seldom seen there
# may be of a name or a classical phrase, which are not seen there either
FLOORS = ((1000, 11.0), (100, 14.0), (0, 16.0))
NEVER_MEANT = "忖巿"  # seldom seen, and not in names either
CLAUSE_ENDS = re.compile("[，。；：！？、“”（）《》\\s]")
HEAD = """# The evidence that a repair needs (rules/confusables.py), and the pairs of a character and its double that need so much,
# measured on eighteen million characters of clean newspapers, which do not come near. Written by benchmarks/confusions.py.
"""
COLUMNS = 4096  # neighbours that have a column of their own, the last one standing for all others


def pages(files: list[Path], every: int = 1) -> Iterator[str]:
    """The text of each article, its title on the first line."""
    for file in files:
        with (lzma.open if file.suffix == ".xz" else open)(file, "rt", encoding="utf-8") as lines:
            for n, line in enumerate(lines):
                if n % every == 0:
                    article = json.loads(line)
                    yield "\n".join([article["title"], *article["paragraphs"]])


def build(files: list[Path]) -> None:
    """Write which neighbours each confusable character has been seen with."""
    rows = sorted(confusables.alternatives())
    singles: Counter[str] = Counter()
    for page in pages(files):
        singles.update("".join(page.split()))
    columns = [c for c, _ in singles.most_common(COLUMNS - 1)]
    row_of = np.full(0x110000, -1, np.int32)
    row_of[[ord(c) for c in rows]] = np.arange(len(rows))
    column_of = np.full(0x110000, COLUMNS - 1, np.int32)
    column_of[[ord(c) for c in columns]] = np.arange(len(columns))
    counts = [np.zeros((len(rows), COLUMNS), np.uint32) for _ in range(2)]
    for page in pages(files):
        for paragraph in page.split("\n"):
            points = np.frombuffer("".join(paragraph.split()).encode("utf-32-le"), np.uint32)
            for count, here, there in ((counts[0], points[1:], points[:-1]), (counts[1], points[:-1], points[1:])):
                at = row_of[here] >= 0
                np.add.at(count, (row_of[here][at], column_of[there][at]), 1)
    # log2(1 + count) up to 15, two columns in a byte
    levels = [np.minimum(np.log2(1.0 + count), 15).astype(np.uint8) for count in counts]
    known = [level[:, ::2] << 4 | level[:, 1::2] for level in levels]
    path = Path(confusables.__file__).parents[1] / "data" / "confusables.npz"
    np.savez_compressed(
        path,
        rows=np.array([ord(c) for c in rows]),
        columns=np.array([ord(c) for c in columns]),
        before=known[0],
        after=known[1],
    )
    print(path, path.stat().st_size)


def evidence(files: list[Path]) -> None:
    """Write for pairs of like characters the evidence that nothing in clean text, nor in its clauses, comes near."""
    highest = {a + b: 0.0 for a, (near, _) in confusables.alternatives().items() for b in near}
    times: Counter[str] = Counter()
    for page in pages(files):
        times.update(page)
        for text in (page, *CLAUSE_ENDS.split(page)):
            for found in confusables.proposals(text):
                pair = text[found.start] + found.new
                if not confusables.misread(text, found):
                    speaks = confusables.evidence(text, found)
                    if speaks < MISPRINT:
                        highest[pair] = max(highest[pair], speaks)
    needed: dict[int, list[str]] = {}
    by_hand, by_image = confusables.twins("twins"), confusables.twins("twins_by_image")
    for pair, most in highest.items():
        if pair in by_hand:
            floor = next(f for least, f in FLOORS if times[pair[0]] >= least or (least and pair[0] in NEVER_MEANT))
            above = 0.0 if pair[0] in NEVER_MEANT else most + MARGIN
            least = min(max(floor, above), confusables.LEAST)
        else:
            least = max(BY_IMAGE if pair in by_image else confusables.LEAST, most + ABOVE)
        needed.setdefault(math.ceil(least), []).append(pair)
    rows = [f"{least}\t{' '.join(sorted(needed[least]))}\n" for least in sorted(needed) if least != confusables.LEAST]
    path = Path(confusables.__file__).parents[1] / "data" / "confusable_evidence.tsv"
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    print(path, sum(map(len, needed.values())), {least: len(pairs) for least, pairs in sorted(needed.items())})


def measure(files: list[Path], every: int, rate: float) -> None:
    """Print repairs of planted confusions and edits of clean text at several thresholds."""
    rng = random.Random(1)
    table = confusables.alternatives()
    likely = Level.LIKELY
    left_out = done = 0
    clean: list[tuple[float, str]] = []
    right: list[float] = []
    wrong: list[float] = []
    planted = characters = 0
    for page in pages(files, every):
        characters += len(page)
        clean += [
            (e.odds, f"{page[max(0, e.start - 6) : e.start]}[{page[e.start]}{e.new}]{page[e.start + 1 : e.start + 7]}")
            for e in confusables.proposals(page)
        ]
        damaged = list(page)
        truth = {}
        for i, c in enumerate(page):
            if c in table and rng.random() < rate:
                damaged[i] = rng.choice(table[c][0] or table[c][1])
                truth[i] = c
        planted += len(truth)
        repairs = {e for e in confusables.confusables("".join(damaged)) if e.level >= likely}
        left_out += len(repairs.difference(confusables.confusables("".join(damaged), level=likely)))
        done += len(repairs)
        for e in confusables.proposals("".join(damaged)):
            if e.start in truth:
                (right if truth[e.start] == e.new else wrong).append(e.odds)
    print(f"{characters} characters, {planted} planted; {left_out} of {done} repairs are not asked about")
    for least in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14):
        r, w, f = (sum(odds >= least for odds in odds_of) for odds_of in (right, wrong, [o for o, _ in clean]))
        print(
            f"odds >= {least}: repaired {r / planted:.3f}, otherwise {w / planted:.4f}, on clean text 1 in {characters // max(1, f)} ({f})"
        )
    for odds, place in sorted(clean, reverse=True)[:80]:
        print(f"{odds:.1f} {place!r}", end="  ")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("build", "evidence", "measure"))
    parser.add_argument("articles", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take one article in so many")
    parser.add_argument("--rate", type=float, default=0.01, help="how many of the confusable characters are planted")
    a = parser.parse_args()
    if a.what == "measure":
        measure(a.articles, a.every, a.rate)
    else:
        (build if a.what == "build" else evidence)(a.articles)
