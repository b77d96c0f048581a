"""Titles that an engine ran together on one line: banner, kicker, headline, subtitle and byline without a mark between.

PDF extractors that give a page block by block (PyMuPDF's ``blocks``) put on one line whatever stands close together:
时评老城改造要听民声 is the banner 时评 and a headline. :func:`cuts` finds where such lines divide, from what an
editor would look at: how banners and kickers are worded, whether two characters ever stand side by side, whether the
words come again in the text below, what the page's other lines begin with.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from newsclean.language import LanguageModel, load
from newsclean.layout.bylines import credits
from newsclean.layout.lines import DIGIT, LATIN, SPACE, Floats, Ints, Lines, tables
from newsclean.layout.reading import ReadBlock
from newsclean.layout.signs import BULLETS, PLACES, WORDS
from newsclean.page import Kind

SLOTS = 4096
FOLLOWS = 700  # characters behind a line in which its words may stand again
MOST = 90  # characters of a line that is looked at
_COLUMN = frozenset(WORDS["column"].split())
_CREDIT = frozenset((WORDS["reporter"] + " " + WORDS["agency"]).split())
_SIZES = (1, 2, 3, 4, 6, 9, 12, 16, 22)
_CLASSES = 16


class Line(NamedTuple):
    """A line that may hold several titles, and where it stands.

    Attributes:
        text: its text.
        behind: the beginning of the text that follows it.
        others: how the page's other titles begin.
    """

    text: str
    behind: str
    others: Sequence[str]


def places(text: str) -> Ints:
    """Where a line might divide: not in a bracket or quotation, a number or a Latin word; int64 array."""
    known = tables()
    codes = np.array([min(ord(c), 0xFFFF) for c in text], np.int64)
    classes = known.classes[codes]
    depth = np.cumsum(known.depth[codes])
    here, before = classes[1:], classes[:-1]
    at = (here != SPACE) & (depth[:-1] <= 0)
    at &= ~(((here == DIGIT) | (here == LATIN)) & ((before == DIGIT) | (before == LATIN)))
    at &= codes[1:] != codes[:-1]
    at &= known.depth[codes[1:]] >= 0
    return np.flatnonzero(at) + 1


def hashes(text: str) -> Ints:
    """The slots of the pairs of characters of a line, an edge of the line being a pair with nothing."""
    codes = np.array([0, *(min(ord(c), 0xFFFF) for c in text), 0], np.int64)
    return ((codes[:-1] << 16 | codes[1:]) * 0x9E3779B1 >> 14) % SLOTS


def heard(pairs: Sequence[tuple[str, str]], language: LanguageModel) -> Floats:
    """What the language model says of texts divided in two, a float32 array (n, 5)."""
    lefts, rights = [left for left, _ in pairs], [right for _, right in pairs]
    return np.stack(
        [
            language.junction([left[-6:] for left in lefts], [right[:6] for right in rights]),
            language.ends([left[-8:] for left in lefts]),
            language.begins([right[:8] for right in rights]),
            language.title(lefts),
            language.title(rights),
        ],
        1,
    )


def evidence(line: Line, at: Ints, odds: Floats) -> Floats:
    """What is to be said of each place of a line.

    Args:
        line: the line.
        at: its places, n of them.
        odds: what :func:`heard` says of the places.

    Returns:
        A float32 array (n, features).
    """
    s = line.text
    n = len(at)
    known = tables()
    codes = np.array([min(ord(c), 0xFFFF) for c in s], np.int64)
    classes = known.classes[codes]
    lefts = [s[:p].rstrip() for p in at.tolist()]
    rights = [s[p:] for p in at.tolist()]
    solid = np.concatenate([[0], np.cumsum(classes != SPACE)])
    left_size, right_size = solid[at], solid[-1] - solid[at]
    columns: list[npt.NDArray[Any]] = []
    junction, ends, begins, title_left, title_right = odds.T
    columns += [junction / 4, (junction - junction.mean()) / 4, junction == junction.min(), ends / 4, begins / 4]
    columns += [title_left, title_right]
    spaced = classes[at - 1] == SPACE
    last = np.array([codes[len(left) - 1] for left in lefts])
    columns += [spaced]
    columns += list((known.classes[last][:, None] == np.arange(_CLASSES)).T)
    columns += list((classes[at][:, None] == np.arange(_CLASSES)).T)
    columns += list((left_size[:, None] <= np.array(_SIZES)).T)
    columns += list((right_size[:, None] <= np.array(_SIZES)).T)
    columns += [np.full(n, solid[-1] / 20), np.full(n, solid[-1] > 26), left_size / solid[-1]]
    gaps = np.concatenate([[0], np.cumsum(classes == SPACE)])
    left_gaps, right_gaps = gaps[np.array([len(left) for left in lefts])], gaps[-1] - gaps[at]
    columns += [left_gaps == 0, left_gaps == 1, right_gaps == 0, right_gaps == 1]
    columns += [np.array([_paired(left) for left in lefts]), np.array([_paired(r) for r in rights])]
    columns += [
        np.array([left[-2:] in _COLUMN for left in lefts]),
        np.array([left[:2] in _COLUMN for left in lefts]),
        np.array([left[-1] in PLACES for left in lefts]),
        np.array([r[:2] in _CREDIT or (r[0] in BULLETS and r[1:].lstrip()[:2] in _CREDIT) for r in rights]),
        np.array([r[:2] in ("——", "──", "--") for r in rights]),
        np.array([r[0] in BULLETS for r in rights]),
        np.array(["：" in left or ":" in left for left in lefts]),
        np.array([any(c in left for c in "·|｜／/") for left in lefts]),
        np.array([left[0] in "【《〖[·◆■●▶“" for left in lefts]),
    ]
    # words that stand again in the text below
    below = {line.behind[i : i + 2] for i in range(len(line.behind) - 1)}
    again = np.array([0] + [s[i : i + 2] in below for i in range(len(s) - 1)] + [0]).cumsum()
    left_pairs, right_pairs = np.maximum(at - 1, 1), np.maximum(len(s) - 1 - at, 1)
    left_again = again[at - 1] / left_pairs
    right_again = (again[len(s) - 1] - again[at]) / right_pairs
    columns += [left_again, right_again, right_again - left_again, np.full(n, again[-1] / max(len(s) - 1, 1))]
    across = np.array([s[p - 1 : p + 1] in below for p in at.tolist()])
    columns += [across]
    # what other lines of the page begin with
    same = np.array([sum(o.startswith(left) for o in line.others) for left in lefts])
    more = np.append(same[1:], 0)
    alone = np.array([left in line.others for left in lefts])
    columns += [np.log1p(same), (same > more) & (left_size > 1), alone]
    return np.stack(columns, 1).astype(np.float32)


def _paired(text: str) -> bool:
    """Two slogans of equal length."""
    left, gap, right = text.partition(" ")
    return bool(gap) and len(left) == len(right.strip())


class TitleModel:
    """Finds where lines divide; made by :func:`load_titles`.

    ``benchmarks/train_titles.py`` makes its weights; ``docs/titles-model.md`` is their card.
    """

    def __init__(self, weights: Mapping[str, npt.NDArray[Any]]) -> None:
        self._pairs = weights["pairs"].astype(np.float32)  # (SLOTS, 5 k): a pair of characters in five roles
        self._mean, self._scale = weights["mean"], weights["scale"]  # of the evidence
        self._hidden, self._hidden_bias = weights["hidden"].astype(np.float32), weights["hidden_bias"]
        self._out, self._bias = weights["out"], weights["bias"]
        self._naming = weights["naming"].astype(np.float32)  # (SLOTS,), banner against kicker
        self.share = float(weights["share"])  # of lines that divide, among those it was trained on
        self._naming_bias = float(weights["naming_bias"].ravel()[0])

    def odds(self, lines: Sequence[Line], language: LanguageModel) -> list[tuple[Ints, Floats]]:
        """For each line its places, and the log-odds that it divides there against not at all."""
        at = [places(line.text) for line in lines]
        pairs = [(s.text[:p].rstrip(), s.text[p:]) for s, ps in zip(lines, at, strict=True) for p in ps.tolist()]
        if not pairs:
            return [(ps, np.zeros(0, np.float32)) for ps in at]
        said = heard(pairs, language)
        edges = np.cumsum([len(ps) for ps in at])[:-1]
        rows = [
            np.concatenate([self._characters(line.text, ps), (evidence(line, ps, some) - self._mean) / self._scale], 1)
            for line, ps, some in zip(lines, at, np.split(said, edges), strict=True)
            if len(ps)
        ]
        scores = np.tanh(np.concatenate(rows) @ self._hidden + self._hidden_bias) @ self._out + self._bias
        return list(zip(at, np.split(scores.astype(np.float32), edges), strict=True))

    def _characters(self, text: str, at: Ints) -> Floats:
        e = self._pairs[hashes(text)]
        k = e.shape[1] // 5
        sums = np.concatenate([np.zeros((1, 2 * k), np.float32), np.cumsum(e[:, : 2 * k], axis=0)])
        left = sums[at, :k]
        right = sums[-1, k:] - sums[at + 1, k:]
        size = at[:, None].astype(np.float32)
        return np.concatenate(
            [
                left,
                left / np.sqrt(size),
                right / np.maximum(len(text) - size, 1),
                e[at - 1, 2 * k : 3 * k],
                e[at, 3 * k : 4 * k],
                e[np.minimum(at + 1, len(text)), 4 * k :],
            ],
            1,
        )

    def is_banner(self, text: str) -> bool:
        """Whether what stands before a headline is its banner rather than its kicker."""
        if _paired(text):
            return False
        odds = float(self._naming[hashes(text)].sum()) / math.sqrt(len(text) + 1) + self._naming_bias
        return odds > 0


@lru_cache(maxsize=1)
def load_titles() -> TitleModel:
    """The model that comes with the package; it is read once."""
    with (files("newsclean") / "data" / "titles.npz").open("rb") as file, np.load(file) as arrays:
        return TitleModel(dict(arrays))


def split_titles(blocks: Sequence[ReadBlock], lines: Lines) -> tuple[list[ReadBlock], Lines]:
    """Divide the lines that hold two or more titles, or a title and its byline.

    Lines are divided only on pages whose every line of print stands behind a blank line, as an extractor writes them
    that runs titles together, and the more readily the more of the page's titles look so. Where no line is divided,
    both come back as they are.

    Args:
        blocks: the page's blocks as they were read.
        lines: the page's lines.

    Returns:
        The blocks and the lines, in which each piece of a divided line is a line.
    """
    if not _runs_together(blocks, lines):
        return list(blocks), lines
    holders = [k for block in blocks if block.kind in TITLES for k in block.lines if 3 <= _size(lines, k) <= MOST]
    if len(holders) < 2:
        return list(blocks), lines
    cuts = _cuts(holders, lines)
    if not cuts:
        return list(blocks), lines
    divided = lines.divided(cuts)
    counts = np.array([1 + len(cuts.get(k, ())) for k in range(len(lines))])
    first = np.cumsum(counts) - counts
    made: list[ReadBlock] = []
    for b, block in enumerate(blocks):
        groups: list[list[int]] = [[]]
        for k in block.lines:
            groups[-1].append(int(first[k]))
            groups.extend([int(first[k]) + j] for j in range(1, int(counts[k])))
        follows = blocks[b + 1].kind if b + 1 < len(blocks) else "paragraph"
        kinds = _kinds(block.kind, ["".join(divided.string(k) for k in g) for g in groups], follows)
        for g, (kind, group) in enumerate(zip(kinds, groups, strict=True)):
            opens = block.opens if g == 0 else _WITHIN
            made.append(replace(block, kind=kind, lines=tuple(group), opens=opens))
    return made, divided


TITLES = ("banner", "kicker", "headline", "subtitle", "byline", "subhead")
_WITHIN = -6.0  # log-odds that a piece within a line opens an article
_APART = 0.95  # share of lines behind a blank line, on pages of engines that run titles together
_MANY = 20  # lines of print that continue behind a blank line, on such pages
_CONTINUING = 0.6  # their share of all lines of print
_HEADLINES = 4  # headlines, among which a banner or kicker of its own line would be expected
_DOUBT = 1.0  # titles that the page counts for before any has been seen
_LEAST = -0.5  # log-odds from which a line is divided
_NEAR = 40  # titles on each side whose beginnings are looked at
_ROUNDS = 3


def _size(lines: Lines, k: int) -> int:
    return int(lines.ends[k] - lines.starts[k])


def _runs_together(blocks: Sequence[ReadBlock], lines: Lines) -> bool:
    """Whether the page may be one on which titles share lines: line after line of print behind a blank line.

    So an extractor writes that takes each line for a block. Where it takes each paragraph for one, the page looks like
    an e-paper's; then a page with many headlines must have no banner or kicker on a line of its own.
    """
    if len(lines) < 2 or np.count_nonzero(lines.gaps[1:]) < _APART * (len(lines) - 1):
        return False
    paragraphs = [len(block.lines) for block in blocks if block.kind == "paragraph"]
    continuing = sum(paragraphs) - len(paragraphs)
    kinds = [block.kind for block in blocks]
    alone = sum(a in ("banner", "kicker") and b in ("kicker", "headline") for a, b in pairwise(kinds))
    headlines = kinds.count("headline")
    if continuing < _MANY or continuing < _CONTINUING * sum(paragraphs):
        return alone == 0 and headlines >= _HEADLINES
    return alone < 3 or alone * 3 <= headlines


def _cuts(holders: Sequence[int], lines: Lines) -> dict[int, list[int]]:
    """For each line that divides, where: offsets into the text."""
    model, language = load_titles(), load()
    texts = [lines.string(k) for k in holders]
    others = {k: texts[max(0, i - _NEAR) : i] + texts[i + 1 : i + 1 + _NEAR] for i, k in enumerate(holders)}
    spans = [(k, int(lines.starts[k]), int(lines.ends[k])) for k in holders]
    behind = {k: lines.text[lines.ends[k] : lines.ends[k] + FOLLOWS] for k in holders}
    cuts: dict[int, list[int]] = {}
    for turn in range(_ROUNDS):
        asked = [Line(lines.text[s:e], behind[k], others[k]) for k, s, e in spans]
        found = model.odds(asked, language)
        best = np.array([float(odds.max()) if len(odds) else -9.0 for _, odds in found])
        if turn == 0:
            sure = 1 / (1 + np.exp(-best))
            share = (sure.sum() - sure + _DOUBT * model.share) / (len(sure) - 1 + _DOUBT)
            shift = np.log(share / (1 - share)) - np.log(model.share / (1 - model.share))
            best = best + shift  # the more of the page's lines divide, the more readily
        again: list[tuple[int, int, int]] = []
        for (k, s, e), (at, odds), most in zip(spans, found, best.tolist(), strict=True):
            if most > _LEAST:
                cut = s + int(at[odds.argmax()])
                cuts.setdefault(k, []).append(cut)
                left = s + len(lines.text[s:cut].rstrip())
                again += [(k, a, b) for a, b in ((s, left), (cut, e)) if b - a >= 4]
        spans = again
        if not spans:
            break
    return {k: sorted(places) for k, places in cuts.items()}


def _kinds(kind: Kind, texts: Sequence[str], follows: Kind) -> list[Kind]:
    """What the pieces of a block are, by their forms and their order."""
    if len(texts) == 1:
        return [kind]
    kinds: list[Kind | None] = [None] * len(texts)
    for k, text in enumerate(texts):
        if k and text.startswith(("——", "──", "--")):
            kinds[k] = "subtitle"
        elif k and _CREDITED.match(text) and credits(text, line=True):
            kinds[k] = "byline"
    free = [k for k, known in enumerate(kinds) if known is None]
    if len(free) == 1 and kind in ("subtitle", "subhead", "kicker", "headline"):
        kinds[free[0]] = kind if kind != "kicker" else "headline"
        if texts[free[0]].startswith(("——", "──")):
            kinds[free[0]] = "subtitle"
        free = []
    if free and not (kind in ("banner", "kicker") and follows == "headline"):
        kinds[free.pop()] = "headline"
    banner = bool(free) and (len(free) > 1 or load_titles().is_banner(texts[free[0]]))
    for n, k in enumerate(free):
        kinds[k] = "banner" if n == 0 and banner else "kicker"
    return [known or "headline" for known in kinds]


_CREDITED = re.compile(
    r"[□■◇◆○●◎△▲☆★※▪·•\s]*[（(]?[^，。！？：]{0,8}?(?:记者|記者|通讯员|通訊員|作者|撰文|文/|文·|文｜|图/|摄影|编译|译/)"
)
