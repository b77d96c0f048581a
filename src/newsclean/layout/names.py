"""Chinese personal names: how likely a string is one, and where a row of names divides.

The weights stand in ``data/names.txt``; its header says how they were made.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from newsclean.trace import Span

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
NAME_DOT = "·•・‧．"
OUTLET_END = re.compile(r"(?:[报社台网刊報線线]|客户端|中心|频道|新闻|传媒)$")

_RADICALS = dict(
    zip("⺠⻄⻅⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻤⻥⻦⻨⻩⻬⻮⻰", "民西见贝车长门青韦页风飞食马鬼鱼鸟麦黄齐齿龙", strict=True)
)


class Squeezed(NamedTuple):
    """A text without its spaces: how many spaces stood before each character, and where it stood."""

    text: str
    gaps: list[int]
    places: list[int]

    def span(self, start: int, end: int) -> Span:
        """Where a stretch of the squeezed text stands in the text."""
        return self.places[start], self.places[end - 1] + 1


def squeeze(text: str, start: int, end: int) -> Squeezed:
    """A stretch of a text without its spaces and invisible characters, radicals made whole characters."""
    pieces: list[str] = []
    gaps: list[int] = []
    places: list[int] = []
    last = start
    for found in _INKED.finditer(text, start, end):
        at, stop = found.span()
        gap = sum(2 if c in "\u3000\t\n" else 1 for c in text[last:at] if c.isspace())
        pieces.append(found.group())
        gaps.append(gap)
        gaps += [0] * (stop - at - 1)
        places += range(at, stop)
        last = stop
    squeezed = "".join(pieces)
    if _RADICAL.search(squeezed):
        squeezed = _RADICAL.sub(lambda m: _RADICALS.get(m[0]) or unicodedata.normalize("NFKC", m[0]), squeezed)
    return Squeezed(squeezed, gaps, places)


_INKED = re.compile(r"[^\s\u200b\ufeff\u00ad\u200e]+")
_RADICAL = re.compile(r"[\u2e80-\u2fdf]")  # written for whole characters by PDF extractors


class Weights(NamedTuple):
    """The tables of ``data/names.txt``: log-odds of characters, surnames of two characters, words that are no names."""

    surname: dict[str, float]
    compound: frozenset[str]
    given: dict[str, float]
    other: frozenset[str]  # words of the same look that are no names: places, remarks


@lru_cache(maxsize=1)
def name_weights() -> Weights:
    """The tables, read once."""
    tables: dict[str, dict[str, float]] = {"surname": {}, "given": {}}
    words: dict[str, frozenset[str]] = {}
    section = ""
    for row in files("newsclean").joinpath("data/names.txt").read_text("utf-8").splitlines():
        if row.startswith("["):
            section = row[1:-1]
        elif row and not row.startswith("#"):
            if section in ("compound", "other"):
                words[section] = words.get(section, frozenset()) | frozenset(row.split())
            else:
                weight, chars = row.split()
                tables[section].update(dict.fromkeys(chars, float(weight)))
    return Weights(tables["surname"], words["compound"], tables["given"], words["other"])


PEN_NAMES = -99.0
UNSAID = -1.0  # least odds of a name in a line that is a byline but has no word of office
LIKELY = 1.0
_GAP_WITHIN = {0: 0.0, 1: -2.5}
_RUN_ON = -3.0
_LENGTH = {2: -1.2, 3: 0.0, 4: -4.0}


def likely(name: str) -> float:
    """The log-odds that these characters are a Chinese name rather than running text."""
    weights = name_weights()
    given = weights.given
    best = -99.0
    if len(name) in (2, 3):
        best = weights.surname.get(name[0], -99.0) + sum(given.get(c, 0.0) for c in name[1:]) + _LENGTH[len(name)]
    if len(name) in (3, 4) and name[:2] in weights.compound:
        best = max(best, 9.0 + sum(given.get(c, 0.0) for c in name[2:]) + _LENGTH[len(name) - 1])
    return best


def divide(squeezed: Squeezed, start: int, end: int, *, trust: float, before_role: bool) -> list[Span] | None:
    """Divide a run of characters into names; None where it is not made of names.

    Args:
        squeezed: the text.
        start, end: the run; no commas in it, but perhaps spaces.
        trust: the odds that each name must have.
        before_role: a word of office follows, whose own words may stand at the end of the run (贵州日报 before 记者).
    """
    text, gaps = squeezed.text, squeezed.gaps
    tokens: list[Span] = []
    for at in range(start, end):
        if at == start or gaps[at]:
            tokens.append((at, at + 1))
        else:
            tokens[-1] = (tokens[-1][0], at + 1)
    if before_role and tokens and OUTLET_END.search(text[slice(*tokens[-1])]):
        tokens.pop()
    if len(tokens) > 1 and not before_role and trust != PEN_NAMES:
        word = text[slice(*tokens[0])]
        if len(word) > 1 and (_ORGAN.search(word) or likely(word) < 0):
            tokens.pop(0)  # （昌吉一中 席红果）: where they are from
    # single 文 and 图 behind whole names say who did what; they are no names
    tokens = [
        t
        for k, t in enumerate(tokens)
        if not (text[slice(*t)] in "文图" and (k == 0 or tokens[k - 1][1] - tokens[k - 1][0] > 1))
    ]
    if not tokens:
        return []
    spans: list[Span] = []
    run: list[Span] = []  # tokens of Han characters, to be divided together
    for token in tokens:
        word = text[slice(*token)]
        if _HAN_RUN.fullmatch(word):
            if word in name_weights().other or len(word) > 16:
                if spans or run:
                    continue
                return None
            run.append(token)
            continue
        divided = _divide_han(squeezed, run, trust)
        if divided is None:
            return None
        spans += divided
        run = []
        if _DOTTED.fullmatch(word):
            spans.append(token)
        elif trust == PEN_NAMES and LATIN.fullmatch(word):
            if spans and spans[-1][1] == token[0] and LATIN.fullmatch(text[slice(*spans[-1])]):
                spans[-1] = (spans[-1][0], token[1])
            else:
                spans.append(token)
        else:
            return None
    divided = _divide_han(squeezed, run, trust)
    return None if divided is None else spans + divided


_ORGAN = re.compile(
    "[局委院校厂站所队镇乡县区市部处会报社网]$|[一二三四五六七八九十]中$|公司|集团|中心|银行|大学|小学|中学|支队|街道|社区|学校|医院"
)
_HAN_RUN = re.compile(f"[{HAN}]+")
_DOTTED = re.compile(f"[{HAN}]{{1,8}}(?:[{NAME_DOT}][{HAN}]{{1,8}}){{1,3}}")
LATIN = re.compile(r"[A-Za-z][A-Za-z.'’-]*")


def _divide_han(squeezed: Squeezed, tokens: Sequence[Span], trust: float) -> list[Span] | None:
    """The likeliest division of Han tokens into names, spaces weighed but not trusted."""
    if not tokens:
        return []
    text, gaps = squeezed.text, squeezed.gaps
    words = [text[slice(*t)] for t in tokens]
    if all(2 <= len(w) <= 4 for w in words):
        scores = [likely(w) for w in words]
        if all(s > max(trust, 0.0) for s in scores):
            return list(tokens)
        if trust == PEN_NAMES and len(words) == 1 and len(words[0]) < 4 and not set(words[0]) & _PROSE:
            return list(tokens)  # a pen name, or a surname that is in no table
    start, end = tokens[0][0], tokens[-1][1]
    spread = len(tokens) > 2 and sum(len(w) == 1 for w in words) > 0.6 * len(words)
    within = {0: 0.0, 1: 0.0} if spread else _GAP_WITHIN
    best: list[tuple[float, int, bool]] = [(0.0, start, False)] + [(-1e9, start, False)] * (end - start)
    wholes = {t[1]: t[1] - t[0] for t in tokens if trust == PEN_NAMES and 4 < t[1] - t[0] <= 8}
    for stop in range(start + 2, end + 1):
        for size in (2, 3, 4, wholes.get(stop, 4)):
            at = stop - size
            if at < start or best[at - start][0] <= -1e9:
                continue
            whole = (at, stop) in tokens
            score = likely(text[at:stop])
            word = text[at:stop]
            if trust == PEN_NAMES and whole and not set(word) & _PROSE and word not in name_weights().other:
                score = max(score, -2.0 if size < 4 else -2.9)  # a pen name, a minority name
            if score < -50:
                continue
            for k in range(at + 1, stop):
                if gaps[k] and gaps[k - 1] | (k - 1 == start) and stop - at == 2:
                    score -= 0.5  # 张　婷: a name of two characters set to the width of three
                else:
                    score += within.get(gaps[k], -6.0)
            if at > start and not gaps[at] and not best[at - start][2]:
                score += _RUN_ON
            if best[at - start][0] + score > best[stop - start][0]:
                best[stop - start] = (best[at - start][0] + score, at, False)
        # 张三和李四
        if text[stop - 1] in "和与及與" and best[stop - 1 - start][0] > -1e9 and stop < end:
            score = best[stop - 1 - start][0] - 1.5
            if score > best[stop - start][0]:
                best[stop - start] = (score, stop - 1, True)
    spans: list[Span] = []
    stop = end
    while stop > start:
        score, at, joint = best[stop - start]
        if score <= -1e9:
            return None
        if not joint:
            spans.append((at, stop))
        stop = at
    spans.reverse()
    total = best[end - start][0]
    if total < max(trust, -3.0) * len(spans):
        return None
    return spans


_PROSE = frozenset("的了是在从到看说获悉解采访们这那为对与及其也不就都被把向将让给等我他她它您你表示现场吗吧呢但而报社")
