#!/usr/bin/env python3
"""Learn the weights of src/newsclean/data/scattered.json from pages whose truth is known.

    python benchmarks/train_scattered.py TRUTH_DIR... --test TRUTH_DIR... [--out src/newsclean/data/scattered.json]

A truth directory holds PAGE.txt and PAGE.gold.json (labels, blocks, articles). The blocks are taken from the truth,
once as they are and once with the faults of a line model put in: of paragraphs that begin in mid-sentence only two in
three are known, and one whole paragraph in two hundred is taken for one.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from newsclean.layout.articles import credited, segments
from newsclean.layout.choices import FEATURES, choices
from newsclean.page import Block

TOLD, FALSE = 0.65, 0.005
FIXED = {"later": -2.3, "opening": 0.5}  # by hand: made pages hold no pieces that stand before their article
RIDGE = 0.5


def pages(folder: Path, noisy: bool) -> Iterator[tuple[list[Block], list[int | None]]]:
    """The blocks of each page in its order, copies left out, and the article of each."""
    for path in sorted(folder.glob("*.gold.json")):
        gold = json.loads(path.read_text("utf-8"))
        text = path.with_name(path.name.replace(".gold.json", ".txt")).read_text("utf-8")
        rng = random.Random(path.name)
        spans: dict[int, list[tuple[int, int]]] = {}
        for start, end, label in gold["labels"]:
            if label >= 0:
                spans.setdefault(label, []).append((start, end))
        blocks: list[Block] = []
        for label, source in spans.items():
            truth = gold["blocks"][label]
            lost = truth["lost_start"]
            if noisy and truth["kind"] == "paragraph":
                lost = rng.random() < (TOLD if lost else FALSE)
            read = "".join(text[source[0][0] : source[-1][1]].split("\n"))
            blocks.append(Block(truth["kind"], read, tuple(source), None, lost, truth["lost_end"]))
        yield blocks, [gold["blocks"][label]["article"] for label in spans]


def right_choice(
    blocks: Sequence[Block], of: Sequence[int | None], groups: Sequence[Sequence[int]], g: int
) -> tuple[int, int] | None:
    """What is to be done with the end of a group: cut and target (-1: an article of its own); None: leave it."""
    body = [k for k in groups[g] if blocks[k].kind in ("paragraph", "subhead", "headline")]
    if not body:
        return None
    weight = [Counter() for _ in groups]
    for u, group in enumerate(groups):
        for k in group:
            weight[u][of[k]] += len(blocks[k].text)
    last = of[body[-1]]
    at = len(body) - 1
    while at and of[body[at - 1]] == last:
        at -= 1
    homes = [u for u in range(len(groups)) if u != g and weight[u][last] and weight[u].most_common(1)[0][0] == last]
    home = max(homes, key=lambda u: (weight[u][last], -u), default=-1)
    if at:
        return body[at], home
    headless = not any(blocks[k].kind in ("banner", "kicker", "headline", "subtitle") for k in groups[g])
    titled = home >= 0 and any(blocks[k].kind == "headline" for k in groups[home])
    if headless and home >= 0 and (titled or weight[home][last] > weight[g][last]):
        return body[0], home
    return None


def cases(folders: Sequence[Path], noises: Sequence[bool]) -> tuple[np.ndarray, np.ndarray, np.ndarray, Counter]:
    """Features of all choices, the first row of each case (leave it), which row is right, and what there was."""
    rows: list[list[float]] = []
    starts: list[int] = []
    right: list[int] = []
    seen: Counter = Counter()
    for folder in folders:
        for noisy in noises:
            for blocks, of in pages(folder, noisy):
                named = credited(blocks)
                groups = segments(blocks, named, [0.0] * len(blocks))
                for options in choices(blocks, groups, named, [0.0] * len(blocks)):
                    for g in dict.fromkeys(options.group):
                        own = [k for k, group in enumerate(options.group) if group == g]
                        wanted = right_choice(blocks, of, groups, g)
                        offered = [(options.cut[k], options.target[k]) for k in own]
                        if wanted is not None and wanted not in offered:
                            seen["not offered"] += 1
                            continue
                        seen["leave" if wanted is None else "split" if wanted[1] < 0 else "move"] += 1
                        right.append(len(rows) + (0 if wanted is None else 1 + offered.index(wanted)))
                        starts.append(len(rows))
                        rows += [[0.0] * len(FEATURES), *(options.features[k] for k in own)]
    return np.array(rows), np.array(starts), np.array(right), seen


def likelihoods(weights: np.ndarray, x: np.ndarray, starts: np.ndarray) -> np.ndarray:
    of = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(x))))
    score = x @ weights
    odds = np.exp(score - np.maximum.reduceat(score, starts)[of])
    return odds / np.add.reduceat(odds, starts)[of]


def fit(x: np.ndarray, starts: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Weights of the conditional logit model of greatest likelihood, by Newton's method with a ridge."""
    scale = x.std(0) + 1e-9
    z = x / scale
    weights = np.array([FIXED.get(name, 0.0) for name in FEATURES]) * scale
    free = np.array([name not in FIXED for name in FEATURES])
    of = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(x))))
    for _ in range(40):
        p = likelihoods(weights, z, starts)
        mean = np.add.reduceat(z * p[:, None], starts)
        slope = z[right].sum(0) - mean.sum(0) - RIDGE * weights
        centred = z - mean[of]
        curve = (centred * p[:, None]).T @ centred + RIDGE * np.eye(len(weights))
        step = np.zeros(len(weights))
        step[free] = np.linalg.solve(curve[np.ix_(free, free)], slope[free])
        weights = weights + step * min(1.0, 2.0 / np.abs(step).max())
        if np.abs(step).max() < 1e-5:
            break
    return weights / scale


def report(weights: np.ndarray, x: np.ndarray, starts: np.ndarray, right: np.ndarray) -> dict[str, dict[str, float]]:
    """Precision and recall of what is done (moves and splits), by the least likelihood at which it is done."""
    p = likelihoods(weights, x, starts)
    ends = np.append(starts[1:], len(x))
    found: dict[str, dict[str, float]] = {}
    split = FEATURES.index("new")
    for name, is_split in (("moves", False), ("splits", True)):
        for least in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
            done = good = there = 0
            for start, end, best in zip(starts, ends, right, strict=True):
                choice = start + 1 + int(np.argmax(p[start + 1 : end]))
                there += bool(best != start and (x[best, split] > 0) == is_split)
                if p[choice] >= least and (x[choice, split] > 0) == is_split:
                    done += 1
                    good += bool(choice == best)
            found[f"{name} {least}"] = {
                "precision": round(good / max(1, done), 4),
                "recall": round(good / max(1, there), 4),
                "of": there,
            }
    return found


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("train", nargs="+", type=Path)
    ap.add_argument("--test", nargs="+", type=Path, required=True)
    ap.add_argument("--out", type=Path)
    a = ap.parse_args()
    x, starts, right, seen = cases(a.train, (False, True))
    print("train:", dict(seen))
    weights = fit(x, starts, right)
    card = {
        "what": "weights of newsclean.layout.scattered, a conditional logit model: features as named there, log-odds",
        "made by": "benchmarks/train_scattered.py",
        "train": dict(seen),
        "test": {},
        "weights": {name: round(float(w), 3) for name, w in zip(FEATURES, weights, strict=True)},
    }
    for title, noise in (("losses as they are", False), ("losses as a line model tells them", True)):
        x, starts, right, seen = cases(a.test, (noise,))
        card["test"][title] = dict(seen) | report(weights, x, starts, right)
        print(title, json.dumps(card["test"][title], indent=1))
    print(card["weights"])
    if a.out:
        a.out.write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
