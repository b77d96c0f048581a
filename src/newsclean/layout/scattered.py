"""Scattered articles: runs of paragraphs that stand behind another article are given back to their own.

A run is the end of a group of blocks, from some paragraph on, or a whole group without titles. For every run and every
other article on the page a dozen features say what an editor would look at: which words the run shares with that
article and with the paragraphs before it (rare words count for more), whether its byline fits in, whether it begins or
ends as an article does. A conditional logit model weighs them (``data/scattered.json``, made by
``benchmarks/train_scattered.py``) and gives each choice its likelihood, that of leaving the run where it is included.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from newsclean.edits import Level
from newsclean.layout.bylines import WRITERS, Credit
from newsclean.page import Block

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Named = Sequence[tuple[Credit, ...]]

BUCKETS = 1 << 17
_FIRST, _SECOND = np.uint32(2654435761), np.uint32(2246822519)
_SHARE = 0.5  # how much of a text repeats words of its own article, against news text at large
_SMALL = 30.0  # pairs of characters that an article counts as having besides its own: short ones prove little
_CUTS = 8  # a run is at most so many paragraphs long
_NEAR = 12  # a run is compared with articles at most so far away
_BODY = ("paragraph", "subhead")
_TITLES = ("banner", "kicker", "headline", "subtitle")

FEATURES = (
    "away", "own", "own_total", "target", "ratio", "margin", "rank", "first", "previous", "weakest", "short", "single",
    "whole", "plain", "lost", "lost_whole", "credits", "conflict", "wants", "later", "headless", "opening",
    "new", "new_lost", "new_credits", "new_own", "new_best", "new_short",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """A run of blocks that belongs elsewhere.

    Attributes:
        group: index of the group in which the run stands.
        cut: the block with which it begins; it reaches to the end of the group.
        target: index of the group to which it belongs, or None where it is an article of its own.
        likelihood: from 0 to 1, as the model has it.
        shared: the rarest words that it shares with the target.
    """

    group: int
    cut: int
    target: int | None
    likelihood: float
    shared: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        """How sure the move is; below ``LIKELY`` it is only suggested.

        A split (no target) is a reading of the page in its own order and needs no more than to be likelier than not.
        """
        sure = self.likelihood >= (_LIKELY if self.target is not None else 0.5)
        return Level.LIKELY if sure else Level.GUESS


_LIKELY = 0.7
_SUGGEST = 0.3


def gather(
    blocks: Sequence[Block], groups: Sequence[Sequence[int]], named: Named, openings: Sequence[float]
) -> tuple[list[list[int]], list[str]]:
    """Divide groups in which two articles follow each other, and give scattered runs back to their articles.

    Args:
        blocks: the page's blocks.
        groups: indices into ``blocks``, a list for each article as far as the page's own order tells.
        named: the credits of each block.
        openings: for each block the line model's log-odds that it opens an article.

    Returns:
        The groups, each in its order of reading, and notes on what is only suggested.
    """
    made = [list(g) for g in groups]
    for _ in range(3):  # first what is to be divided, as a run may belong to what then stands alone
        splits = [m for m in moves(blocks, made, named, openings) if m.target is None and m.level >= Level.LIKELY]
        if not splits:
            break
        for move in splits:
            at = made[move.group].index(move.cut)
            made.append(made[move.group][at:])
            del made[move.group][at:]
        made.sort(key=min)
    found = [m for m in moves(blocks, made, named, openings) if m.target is not None]
    notes = [_note(blocks, made, m) for m in found if m.level < Level.LIKELY]
    taken: set[int] = set()
    for move in sorted(found, key=lambda m: -m.likelihood):
        # a group gives or receives, not both: of two that would go to each other the likelier goes
        if move.level < Level.LIKELY or move.target is None or -1 - move.group in taken or move.target in taken:
            continue
        taken |= {move.group, -1 - move.target}
        at = made[move.group].index(move.cut)
        run = made[move.group][at:]
        del made[move.group][at:]
        made[move.target] = _insert(blocks, made[move.target], run, named)
    return [g for g in made if g], notes


def _insert(blocks: Sequence[Block], group: Sequence[int], run: Sequence[int], named: Named) -> list[int]:
    """A group with a run put where it is read: first, where only the group's beginning is missing; else before what
    closes the group, a byline or a jump, unless the run brings its own."""
    closing = len(group)
    while closing and blocks[group[closing - 1]].kind in ("byline", "jump", "caption"):
        closing -= 1
    ends = closing < len(group) or any(c.form == "tail" for k in group[-1:] for c in named[k])
    begins = any(blocks[k].kind in _TITLES for k in group) or any(c.form == "lead" for c in named[group[0]])
    if ends and not begins:
        return [*run, *group]
    if any(c.form in ("tail", "line") for k in run for c in named[k] if blocks[k].kind != "caption"):
        closing = len(group)
    return [*group[:closing], *run, *group[closing:]]


def _note(blocks: Sequence[Block], groups: Sequence[Sequence[int]], move: Move) -> str:
    run = groups[move.group][groups[move.group].index(move.cut) :]
    target = groups[move.target or 0]
    title = next((blocks[k].text for k in target if blocks[k].kind == "headline"), blocks[target[0]].text[:12])
    shared = f"; they share {', '.join(move.shared)}" if move.shared else ""
    return (
        f"blocks {run[0]} to {run[-1]} ({blocks[run[0]].text[:12]}…) may belong to the article “{title}” "
        f"({move.likelihood:.0%}{shared}); left where they stand"
    )


# ------------------------------------------------------------------------------------------------- words


def hashed(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """The pairs of neighbouring word characters in each text, as bucket numbers, and the text in which each stands."""
    codes = np.frombuffer("\n".join("".join(t.split()) for t in texts).encode("utf-32-le"), np.uint32)
    if len(codes) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    word = (codes >= 0x3400) & (codes < 0xA000) | (codes >= 48) & (codes < 58) | (codes >= 65) & (codes < 123)
    pair = np.flatnonzero(word[:-1] & word[1:])
    buckets = (codes[:-1][pair] * _FIRST + codes[1:][pair] * _SECOND) >> np.uint32(15)
    return buckets.astype(np.int64), np.cumsum(codes == 10)[pair]


@lru_cache(maxsize=1)
def background() -> Floats:
    """How frequent the pairs of each bucket are in news text."""
    with files("newsclean").joinpath("data/bigrams.npy").open("rb") as file:
        return np.asarray(np.exp(np.load(file, allow_pickle=False) / -12.0), np.float64)


@lru_cache(maxsize=1)
def weights() -> Floats:
    """The weight of each of :data:`FEATURES`."""
    table = json.loads(files("newsclean").joinpath("data/scattered.json").read_text("utf-8"))["weights"]
    return np.array([table[name] for name in FEATURES])


def moves(
    blocks: Sequence[Block], groups: Sequence[Sequence[int]], named: Named, openings: Sequence[float]
) -> list[Move]:
    """For each group the likeliest way to part with its end, where it is likely at all."""
    found: list[Move] = []
    for options in choices(blocks, groups, named, openings):
        score = options.features @ weights()
        odds = np.exp(np.minimum(score, 50.0))
        for group in np.unique(options.group):
            own = np.flatnonzero(options.group == group)
            best = own[np.argmax(odds[own])]
            likelihood = float(odds[best] / (1.0 + odds[own].sum()))
            if likelihood >= _SUGGEST:
                target = int(options.target[best])
                cut = int(options.cut[best])
                run = groups[group][groups[group].index(cut) :]
                shared = _shared(blocks, run, groups[target]) if target >= 0 else ()
                found.append(Move(int(group), cut, target if target >= 0 else None, likelihood, shared))
    return found


def _shared(blocks: Sequence[Block], run: Sequence[int], target: Sequence[int]) -> tuple[str, ...]:
    """The rarest words (pairs of characters, run on where they overlap) that two lists of blocks share."""
    texts = ["".join(blocks[k].text.split()) for k in run]
    there = np.unique(hashed([blocks[k].text for k in target])[0])
    rarity: dict[str, float] = {}
    for text in texts:
        word = ""
        weight = 0.0
        for k in range(len(text) - 1):
            bucket, _ = hashed([text[k : k + 2]])
            if len(bucket) and bucket[0] in there:
                word = word + text[k + 1] if word else text[k : k + 2]
                weight = max(weight, -float(np.log(background()[bucket[0]])))
            elif word:
                rarity[word] = weight
                word, weight = "", 0.0
        if word:
            rarity[word] = weight
    return tuple(sorted(rarity, key=lambda w: (-rarity[w], w))[:3])


# ------------------------------------------------------------------------------------------------- features


@dataclass(frozen=True, slots=True)
class Options:
    """What could be done with the groups of a stretch of the page: one row a choice."""

    group: Ints
    cut: Ints
    target: Ints
    features: Floats


def choices(
    blocks: Sequence[Block], groups: Sequence[Sequence[int]], named: Named, openings: Sequence[float]
) -> list[Options]:
    """The choices of all groups, with their features, in stretches of neighbouring groups."""
    found: list[Options] = []
    for start in range(0, len(groups), _NEAR):
        low, high = max(0, start - _NEAR // 2), min(len(groups), start + _NEAR + _NEAR // 2)
        stretch = _stretch(blocks, groups, range(low, high), range(start, min(len(groups), start + _NEAR)), named, openings)
        if stretch is not None:
            found.append(stretch)
    return found


def _stretch(
    blocks: Sequence[Block],
    groups: Sequence[Sequence[int]],
    near: range,
    core: range,
    named: Named,
    openings: Sequence[float],
) -> Options | None:
    # rows: for each group its head (titles and all but the last paragraphs), then its last paragraphs one by one
    texts: list[str] = []
    owner: list[int] = []
    cuts: list[int] = []  # the block with which a run would begin, -1 for heads
    for place, g in enumerate(near):
        body = [k for k in groups[g] if blocks[k].kind in _BODY]
        last = body[-_CUTS:] if _headless(blocks, groups[g]) else body[1:][-_CUTS:]
        tail = set(last)
        head = [blocks[k].text for k in groups[g] if k not in tail and blocks[k].kind in _TEXTED]
        texts.append("\n".join(head).replace("\n", "|"))
        texts += [blocks[k].text for k in last]
        cuts += [-1, *last]
        owner += [place] * (1 + len(last))
    rows = len(texts)
    if rows < 3 or len(near) < 1:
        return None
    facts = [_facts(blocks, groups[g], named) for g in near]

    buckets, row = hashed(texts)
    size = np.bincount(row, minlength=rows).astype(np.float64)
    key = np.unique(row * BUCKETS + buckets)
    row, buckets = key // BUCKETS, key % BUCKETS
    # only pairs of characters that two rows share tell anything
    order = np.argsort(buckets, kind="stable")
    new = np.concatenate(([True], buckets[order][1:] != buckets[order][:-1]))
    column = np.empty(len(order), np.int64)
    column[order] = np.cumsum(new) - 1
    times = np.bincount(column)
    kept = np.flatnonzero(times > 1)
    rename = np.full(len(times), -1)
    rename[kept] = np.arange(len(kept))
    column = rename[column]
    keep = column >= 0
    frequent = background()[buckets[order][new][kept]] / _SHARE
    table = np.zeros((rows, len(kept)))
    table[row[keep], column[keep]] = 1.0

    own_of = np.array(owner)
    same = own_of[:, None] == own_of[None, :]
    behind = same & (np.arange(rows)[:, None] >= np.arange(rows)[None, :])  # [b, r]: b stands in the run that r begins
    member = (own_of[None, :] == np.arange(len(near))[:, None]).astype(np.float64)
    whole_size = member @ size
    # how like each row is to each group, and to what stands before row r in its own group
    to_group = table @ np.log1p((member @ table) / ((whole_size[:, None] + _SMALL) * frequent)).T
    before = (same & (np.arange(rows)[:, None] > np.arange(rows)[None, :])).astype(np.float64)
    before_size = before @ size
    to_before = table @ np.log1p((before @ table) / ((before_size[:, None] + _SMALL) * frequent)).T
    run = behind.T.astype(np.float64)  # [r, b]
    run_size = np.maximum(run @ size, 1.0)
    run_own = (run * to_before.T).sum(1)
    run_group = run @ to_group  # [r, group]

    starts = [r for r in range(rows) if cuts[r] >= 0 and near[owner[r]] in core]
    starts = [r for r in starts if not (blocks[cuts[r]].kind == "subhead" and (r + 1 == rows or cuts[r + 1] < 0))]
    group: list[int] = []
    cut: list[int] = []
    target: list[int] = []
    features: list[list[float]] = []
    wide = np.maximum(size, 8.0)
    for r in starts:
        place = owner[r]
        g = near[place]
        fact = facts[place]
        begin = groups[g].index(cuts[r])
        first = not before_size[r] and begin == fact.first
        credit_before = any(w < begin for w in fact.writers)
        credit_in = any(w >= begin for w in fact.writers)
        tail_in = any(w >= begin for w in fact.tails)
        lead_in = any(w >= begin for w in fact.leads)
        block = blocks[cuts[r]]
        lost = float(block.lost_start)
        both = float(credit_before and credit_in)
        own = float(run_own[r])
        others = [t for t in range(len(near)) if t != place]
        if not others and not (lost or both):
            continue
        likeness = run_group[r]
        ranked = sorted(others, key=lambda t: -likeness[t])[:4]
        mine = run_size[r]
        short = 10.0 / float(np.sqrt(mine))
        single = float(r + 1 == rows or cuts[r + 1] < 0)
        members = np.flatnonzero(behind[:, r])
        for t in ranked:
            rival = max((likeness[u] for u in ranked[:2] if u != t), default=0.0)
            there = float(likeness[t])
            has = bool(facts[t].writers)
            against = (to_group[members, t] - to_before[members, r]) / wide[members]
            previous = 0.0
            if before_size[r]:
                previous = float(np.clip((to_group[r - 1, t] - to_before[r - 1, r - 1]) / wide[r - 1], -1.0, 1.0))
            features.append([
                1.0, own / mine, min(own, 200.0) / 50, there / mine, float(np.log((there + 8) / (own + 8))),
                float(np.clip(there - own, -100, 200)) / 50, float(np.clip(there - rival, -100, 100)) / 50,
                float(np.clip(against[0], -1, 1)), previous, float(np.clip(against.min(), -1, 1)), short, single,
                float(first), float(first and begin == 0 and not lost and not lead_in), lost, lost * first, both,
                float(lead_in or (tail_in and has)), float(tail_in and not has), float(t > place),
                float(not facts[t].titled), openings[cuts[r]], 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
            ])  # fmt: skip
            group.append(g)
            cut.append(cuts[r])
            target.append(near[t])
        if not first and (lost or both or openings[cuts[r]] > 0):
            best = max((likeness[t] for t in ranked), default=0.0)
            features.append([0.0, 0.0, min(own, 200.0) / 50, *[0.0] * 8, single, *[0.0] * 9, openings[cuts[r]],
                             1.0, lost, both, own / mine, best / mine, short])  # fmt: skip
            group.append(g)
            cut.append(cuts[r])
            target.append(-1)
    if not group:
        return None
    return Options(np.array(group), np.array(cut), np.array(target), np.array(features))


_TEXTED = (*_TITLES, *_BODY)


@dataclass(frozen=True, slots=True)
class _Facts:
    """Of a group: whether it has titles, and where in it the body begins and the credits stand."""

    titled: bool
    first: int
    writers: tuple[int, ...]
    tails: tuple[int, ...]
    leads: tuple[int, ...]


def _facts(blocks: Sequence[Block], group: Sequence[int], named: Named) -> _Facts:
    credited = [
        (at, credit.form)
        for at, k in enumerate(group)
        if named[k] and blocks[k].kind != "caption"
        for credit in named[k]
        if any(p.role in WRITERS for p in credit.people)
    ]
    return _Facts(
        not _headless(blocks, group),
        next((at for at, k in enumerate(group) if blocks[k].kind in _BODY), len(group)),
        tuple(at for at, _ in credited),
        tuple(at for at, form in credited if form != "lead"),
        tuple(at for at, form in credited if form == "lead"),
    )


def _headless(blocks: Sequence[Block], group: Sequence[int]) -> bool:
    return not any(blocks[k].kind in _TITLES for k in group)
