"""What could be done with the end of each group of blocks, and what an editor would look at to choose.

A run is the end of a group of blocks, from some paragraph on, or a whole group without titles. For every run and every
other article on the page a dozen features say which words the run shares with that article and with the paragraphs
before it (rare words count for more), whether its byline fits in, whether it begins or ends as an article does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsclean.layout.bylines import WRITERS, Credit
from newsclean.layout.table import clipped
from newsclean.layout.words import SHARE, SMALL, Floats, Ints, frequency, pairs
from newsclean.page import Block

Named = Sequence[tuple[Credit, ...]]

_ALONE = 0.15  # a paragraph that shares less than this with what stands before it may begin another article
_CUTS = 8  # a run is at most so many paragraphs long
NEAR = 8  # articles are read so many at once, and compared with half as many on either side
BODY = ("paragraph", "subhead")
TITLES = ("banner", "kicker", "headline", "subtitle")
TEXTED = (*TITLES, *BODY)

FEATURES = (
    "away", "own", "own_total", "target", "ratio", "margin", "rank", "first", "previous", "weakest", "short", "single",
    "whole", "plain", "lost", "lost_whole", "credits", "conflict", "wants", "later", "headless", "opening",
    "names_own", "names_target", "new", "new_lost", "new_credits", "new_own", "new_best", "new_short", "new_alone",
)  # fmt: skip


class Options(NamedTuple):
    """What could be done with the groups of a stretch of the page, one row a choice."""

    group: list[int]
    cut: list[int]
    target: list[int]
    features: list[list[float]]


def choices(
    blocks: Sequence[Block], groups: Sequence[Sequence[int]], named: Named, openings: Sequence[float]
) -> list[Options]:
    """The choices of all groups, with their features, in stretches of neighbouring groups."""
    facts = [_facts(blocks, group, named) for group in groups]
    found: list[Options] = []
    for start in range(0, len(groups), NEAR):
        near = range(max(0, start - NEAR // 2), min(len(groups), start + NEAR + NEAR // 2))
        core = range(start, min(len(groups), start + NEAR))
        rows = _rows(blocks, groups, near, facts)
        if len(rows.cuts) > 2:
            options = Options([], [], [], [])
            for g in core:
                if rows.screen(g, facts[g], blocks):
                    _options(rows, g, facts, blocks, openings, options)
            found.append(options)
    return found


class _Facts(NamedTuple):
    """Of a group: its blocks, whether it has titles, the blocks with which a run may begin, and where credits stand."""

    group: Sequence[int]
    titled: bool
    first: int  # place of the first body block
    cuts: list[int]
    writers: tuple[int, ...]  # places of credits that name writers
    tails: tuple[int, ...]
    leads: tuple[int, ...]

    @property
    def doubled(self) -> bool:
        return len(self.writers) > 1


def _facts(blocks: Sequence[Block], group: Sequence[int], named: Named) -> _Facts:
    credited = [
        (at, credit.form)
        for at, k in enumerate(group)
        if named[k] and blocks[k].kind != "caption"
        for credit in named[k]
        if any(p.role in WRITERS for p in credit.people)
    ]
    body = [at for at, k in enumerate(group) if blocks[k].kind in BODY]
    titled = any(blocks[k].kind in TITLES for k in group)
    return _Facts(
        group,
        titled,
        body[0] if body else len(group),
        [group[at] for at in (body[1:] if titled else body)[-_CUTS:]],
        tuple(at for at, _ in credited),
        tuple(at for at, form in credited if form != "lead"),
        tuple(at for at, form in credited if form == "lead"),
    )


class _Rows(NamedTuple):
    """The texts of a stretch of the page as rows: for each group its head, then its last paragraphs one by one.

    ``table[row, column]`` is 1 where a pair of characters stands in a row; only pairs that two rows share are columns.
    """

    start: dict[int, int]  # for each group its first row, the head
    cuts: list[int]  # for each row the block, -1 for a head
    size: Floats
    table: Floats
    frequent: Floats  # of each column, against the share of repeated words
    names: Floats  # of each column, how much it counts as a name
    group_size: Floats
    group_table: Floats
    likeness: Floats  # row x group: how like a row is to a group

    def screen(self, g: int, facts: _Facts, blocks: Sequence[Block]) -> bool:
        """Whether a group is worth a closer look: its end is like another article, or does not begin as it should."""
        if not facts.cuts:
            return False
        if not facts.titled or facts.doubled or any(blocks[k].lost_start for k in facts.cuts):
            return True
        last = self.start[g] + len(facts.cuts)
        column = list(self.start).index(g)
        rest = self.group_table[column] - self.table[last]
        size = self.group_size[column] - self.size[last]
        own = self.table[last] @ np.log1p(rest / ((size + SMALL) * self.frequent))
        wide = max(8.0, float(self.size[last]))
        if own < _ALONE * wide:
            return True
        likeness = self.likeness[last].tolist()
        others = likeness[:column] + likeness[column + 1 :]
        return bool(others and max(others) > 0.05 * wide + 0.25 * own)


def _rows(blocks: Sequence[Block], groups: Sequence[Sequence[int]], near: range, facts: Sequence[_Facts]) -> _Rows:
    texts: list[str] = []
    cuts: list[int] = []
    start: dict[int, int] = {}
    for g in near:
        start[g] = len(texts)
        last = set(facts[g].cuts)
        texts.append("|".join(blocks[k].text for k in groups[g] if k not in last and blocks[k].kind in TEXTED))
        texts += [blocks[k].text for k in facts[g].cuts]
        cuts += [-1, *facts[g].cuts]
    found = pairs([t.replace("\n", "|") for t in texts])
    rows = len(texts)
    size = np.bincount(found.row, minlength=rows).astype(np.float64)
    # sorted by pair, then by row, each once
    key = found.buckets * rows + found.row
    key.sort(kind="stable")  # whole numbers are sorted faster so
    key = key[_first_of_each(key)]
    buckets = key // rows
    row = key - buckets * rows
    new = _first_of_each(buckets)
    column = new.cumsum() - 1
    shared = np.bincount(column) > 1
    keep = shared[column]
    column = (shared.cumsum() - 1)[column[keep]]
    known = buckets[new][shared]
    table = np.zeros((rows, len(known)))
    table[row[keep], column] = 1.0
    frequent = frequency(known) / SHARE
    begins = np.array([*start.values(), rows])
    place = np.arange(rows)
    member = ((place >= begins[:-1, None]) & (place < begins[1:, None])).astype(np.float64)
    group_table = member @ table  # whole numbers
    group_size = member @ size
    # a name that half of the page's articles know tells nothing
    told = np.sort(found.buckets[found.named])
    at = told.searchsorted(known)
    at = (told.take(at, mode="clip") == known).nonzero()[0] if len(told) else at[:0]
    at = at[(group_table[:, at] > 0).sum(0) <= 2]
    names = np.zeros(len(known))
    names[at] = clipped(-np.log(frequent[at]) - 9.0, 0.0, 4.0)
    likeness = table @ np.log1p(group_table / ((group_size[:, None] + SMALL) * frequent)).T
    return _Rows(start, cuts, size, table, frequent, names, group_size, group_table, likeness)


def _first_of_each(ordered: Ints) -> NDArray[np.bool_]:
    """Whether each number is not the one before it."""
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def _options(
    rows: _Rows,
    g: int,
    facts: Sequence[_Facts],
    blocks: Sequence[Block],
    openings: Sequence[float],
    options: Options,
) -> None:
    """Add to the options those of one group: each of its runs to each of the articles that are likest to it."""
    fact = facts[g]
    near = list(rows.start)
    place = near.index(g)
    low = rows.start[g]
    high = low + 1 + len(fact.cuts)
    own_columns = rows.group_table[place].nonzero()[0]
    table = rows.table[low:high, own_columns]
    frequent = rows.frequent[own_columns]
    size = rows.size[low:high]
    wide = np.maximum(size, 8.0)
    # [b, r]: how like row b is to all that stands before row r in the group
    earlier = table.cumsum(0) - table
    earlier_size = size.cumsum() - size
    to_earlier = table @ np.log1p(earlier / ((earlier_size[:, None] + SMALL) * frequent)).T
    to_group = rows.likeness[low:high]
    at = rows.names[own_columns].nonzero()[0]
    names = rows.names[own_columns[at]]
    name_run = table[::-1, at].cumsum(0)[::-1] > 0  # [r, name]: the run that r begins has it
    name_earlier = (name_run * (earlier[:, at] > 0)) @ names
    name_group = (name_run * names) @ (rows.group_table[:, own_columns[at]] > 0).T
    run_own, run_size = to_earlier[::-1].cumsum(0)[::-1].diagonal().tolist(), size[::-1].cumsum()[::-1].tolist()
    run_group = to_group[::-1].cumsum(0)[::-1].tolist()
    # plain numbers from here on: there are few of them
    like_group, like_earlier, pairs_of = to_group.tolist(), to_earlier.tolist(), wide.tolist()
    behind, in_earlier, in_group = earlier_size.tolist(), name_earlier.tolist(), name_group.tolist()
    first_writer, last_writer = min(fact.writers, default=len(fact.group)), max(fact.writers, default=-1)
    last_tail, last_lead = max(fact.tails, default=-1), max(fact.leads, default=-1)
    others = [t for t in range(len(near)) if t != place]
    for r in range(1, high - low):
        cut = fact.cuts[r - 1]
        block = blocks[cut]
        if block.kind == "subhead" and r + 1 == high - low:
            continue
        begin = fact.group.index(cut)
        first = not behind[r] and begin == fact.first
        tail_in, lead_in = last_tail >= begin, last_lead >= begin
        both = float(last_writer >= begin > first_writer)
        lost = float(block.lost_start)
        mine = max(1.0, run_size[r])
        own = run_own[r]
        likeness = run_group[r]
        own_names = min(30.0, in_earlier[r]) / 10
        ranked = sorted(others, key=lambda t: -likeness[t])[:3]
        short = 10.0 / mine**0.5
        single = float(r + 1 == high - low)
        for t in ranked:
            rival = max([likeness[u] for u in ranked[:2] if u != t], default=0.0)
            there = likeness[t]
            target = facts[near[t]]
            has = bool(target.writers)
            against = [(like_group[b][t] - like_earlier[b][r]) / pairs_of[b] for b in range(r, high - low)]
            previous = 0.0
            if behind[r]:
                previous = _within(-1.0, (like_group[r - 1][t] - like_earlier[r - 1][r - 1]) / pairs_of[r - 1], 1.0)
            options.features.append([
                1.0, own / mine, min(own, 200.0) / 50, there / mine, math.log((there + 8) / (own + 8)),
                _within(-2.0, (there - own) / 50, 4.0), _within(-2.0, (there - rival) / 50, 2.0),
                _within(-1.0, against[0], 1.0), previous, _within(-1.0, min(against), 1.0), short, single,
                float(first), float(first and begin == 0 and not lost and not lead_in), lost, lost * first, both,
                float(lead_in or (tail_in and has)), float(tail_in and not has), float(t > place),
                float(not target.titled), openings[cut], own_names, min(30.0, in_group[r][t]) / 10,
                0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
            ])  # fmt: skip
            options.group.append(g)
            options.cut.append(cut)
            options.target.append(near[t])
        alone = like_earlier[r][r] / pairs_of[r]
        if not first and (lost or both or openings[cut] > 0 or alone < _ALONE):
            best = max((likeness[t] for t in ranked), default=0.0)
            options.features.append([
                0.0, 0.0, min(own, 200.0) / 50, *[0.0] * 8, single, *[0.0] * 9, openings[cut], own_names, 0.0,
                1.0, lost, both, own / mine, best / mine, short, min(alone, 1.0),
            ])  # fmt: skip
            options.group.append(g)
            options.cut.append(cut)
            options.target.append(-1)


def _within(low: float, value: float, high: float) -> float:
    return min(max(value, low), high)
