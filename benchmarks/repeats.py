"""Repeated passages in a page: how long they take to find, and how many of those planted in truth pages are found.

    python benchmarks/repeats.py [FOLDER]

Speed is measured on pages put together at random, in CPU nanoseconds a character. A FOLDER of pages with truth
(``<id>.txt`` beside ``<id>.gold.json``) is scored by passages: a copy is found if nine tenths of it are dropped, or as
much of what it repeats; a false alarm is eight characters or more dropped that nothing repeats.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections import Counter
from itertools import groupby
from pathlib import Path

from newsclean.edits import Level
from newsclean.repeats import find_repeats


def page(characters: int, seed: int = 0) -> str:
    """Paragraphs of about a hundred random characters: nothing in it repeats."""
    rng = random.Random(seed)
    letters = [chr(0x4E00 + k) for k in range(3000)]
    return "\n\n".join("".join(rng.choices(letters, k=99)) + "。" for _ in range(max(1, characters // 102)))


def speed() -> None:
    """Print the time for pages of several kinds."""
    big = page(510_000).split("\n\n")
    copies = random.Random(1).sample(big, 200)
    sentence = "盐场的老工人说，晒盐靠的是风和太阳，急不得。\n"
    kinds = {
        "a page of 3,000 characters": page(3_000),
        "5,000 paragraphs": "\n\n".join(big),
        "5,000 paragraphs and 200 copies": "\n\n".join(big + copies),
        "one character": "国" * 1_000_000,
        "newlines": "\n" * 1_000_000,
        "one sentence": sentence * 40_000,
    }
    find_repeats(kinds["a page of 3,000 characters"])
    for name, text in kinds.items():
        times = []
        for _ in range(5):
            start = time.process_time()
            found = len(find_repeats(text))
            times.append(time.process_time() - start)
        median = statistics.median(times)
        print(f"{name:32} {len(text):8,} characters {median * 1e3:9.2f} ms {median / len(text) * 1e9:7.0f} ns  {found}")


def score(folder: Path) -> None:
    """Print precision and recall of passages on a folder of truth pages."""
    hits = missed = false = 0
    for path in sorted(folder.glob("*.gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        text = (folder / f"{gold['id']}.txt").read_bytes().decode()
        labels = [-1] * len(text)
        for start, end, label in gold["labels"]:
            labels[start:end] = [label] * (end - start)
        dropped = {k for r in find_repeats(text) if r.level >= Level.LIKELY for k in range(r.start, r.end)}
        solid = [k for k in range(len(text)) if not text[k].isspace()]
        size, gone = Counter(labels[k] for k in solid), Counter(labels[k] for k in solid if k in dropped)
        for n, copy in enumerate(gold["duplicates"]):
            if want := size[-2 - n]:
                hit = gone[-2 - n] + min(want, gone[copy["of"]]) >= 0.9 * want
                hits, missed = hits + hit, missed + (not hit)
        origins = {copy["of"] for copy in gold["duplicates"]}
        stray = (k in dropped and labels[k] > -2 and labels[k] not in origins for k in solid)
        false += sum(is_stray and len(list(run)) >= 8 for is_stray, run in groupby(stray))
    print(f"{folder}: precision {hits / max(1, hits + false):.4f}, recall {hits / max(1, hits + missed):.4f}, ", end="")
    print(f"{hits} found, {missed} missed, {false} false")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        for name in sys.argv[1:]:
            score(Path(name))
    else:
        speed()
