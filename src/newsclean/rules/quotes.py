"""Quotation marks: straight, reversed, opened twice, and the corner brackets of other typesetting, after GB/T 15834."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newsclean.chars import BLANK, HAN, LATIN, MARK, NEWLINE, is_traditional, occurrences
from newsclean.edits import Edit, Level
from newsclean.rules.protected import Protected
from newsclean.steps import Step

_HAN = re.compile(f"[{HAN}]")
_CHINESE = re.compile(f"[{HAN}{MARK}《》（）…—]")

# ---- corner brackets ---------------------------------------------------------------------------------------------------

_CORNER = re.compile("[「」『』﹁﹂﹃﹄“”]")
CORNER_QUOTE = re.compile("[「」『』﹁﹂﹃﹄｢｣]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")


def corner_quotes(text: str) -> Iterator[Edit]:
    """「」 『』 ﹃﹄ in a simplified text become “ ” and, inside another quotation, ‘ ’.

    A traditional text and quotations in Japanese keep theirs.

    >>> corner_quotes_step("他说：「要抓好『菜篮子』工程。」")
    '他说：“要抓好‘菜篮子’工程。”'
    """
    if not CORNER_QUOTE.search(text):
        return
    depth = 0
    last = 0
    for m in _CORNER.finditer(text):
        at = m.start()
        if at - last > 600:
            depth = 0  # whatever was opened so long ago was never closed
        last = at
        opening = m[0] in "「『﹁﹃“"
        depth = depth + 1 if opening else max(0, depth - 1)
        if m[0] in "“”" or is_traditional(text, at) or _KANA.search(text, at - 8, at + 8):
            continue
        outer = depth == 1 if opening else depth == 0
        new = ("“" if outer else "‘") if opening else ("”" if outer else "’")
        yield Edit(at, at + 1, new, "corner_quotes", Level.LIKELY, "a corner bracket in a simplified text")


# ---- curly and straight quotes -----------------------------------------------------------------------------------------

_QUOTE = re.compile(r"""["＂“”„‟‘’'＇‛]{4,}|["＂“”„‟]|[‘’'＇‛](?:(?<![A-Za-z0-9].)|(?![A-Za-z]))""")
_STRAIGHT_QUOTE = re.compile(r"""["＂„‟'＇‛](?:(?<=["＂„‟])|(?<![A-Za-z0-9].)|(?![A-Za-z]))""")
_DOUBLE = frozenset('"＂“”„‟')
_STRAIGHT = frozenset("\"'＂＇„‟‛")

# What a quote does: the states are what is open (nothing, a double quote, a double and a single one, a single one)
_NONE, _OUTER, _INNER, _ALONE = range(4)
_OPEN_DOUBLE, _CLOSE_DOUBLE, _OPEN_SINGLE, _CLOSE_SINGLE, _LITERAL = range(5)
_NEW = ("“", "”", "‘", "’")
# Each move: from a state by an act to a state, at the cost of what it leaves open or closes unopened
_MOVES: tuple[tuple[int, int, int, float], ...] = (
    (_NONE, _OPEN_DOUBLE, _OUTER, 0.0),
    (_OUTER, _CLOSE_DOUBLE, _NONE, 0.0),
    (_OUTER, _OPEN_SINGLE, _INNER, 0.0),
    (_INNER, _CLOSE_SINGLE, _OUTER, 0.0),
    (_NONE, _OPEN_SINGLE, _ALONE, 0.3),
    (_ALONE, _CLOSE_SINGLE, _NONE, 0.0),
    (_OUTER, _OPEN_DOUBLE, _OUTER, 2.5),
    (_NONE, _CLOSE_DOUBLE, _NONE, 2.5),
    (_INNER, _CLOSE_DOUBLE, _NONE, 3.0),
    (_NONE, _CLOSE_SINGLE, _NONE, 2.5),
    (_OUTER, _CLOSE_SINGLE, _OUTER, 2.5),
    (_INNER, _OPEN_SINGLE, _INNER, 3.0),
    (_INNER, _OPEN_DOUBLE, _OUTER, 3.5),
    (_ALONE, _OPEN_DOUBLE, _OUTER, 2.5),
    (_ALONE, _CLOSE_DOUBLE, _NONE, 3.0),
    (_NONE, _LITERAL, _NONE, 0.0),
    (_OUTER, _LITERAL, _OUTER, 0.0),
    (_INNER, _LITERAL, _INNER, 0.0),
    (_ALONE, _LITERAL, _ALONE, 0.0),
)
_REOPENING, _REOPENED = (_OUTER, _OPEN_DOUBLE), 0.4  # a paragraph may open again what is still open
_CLEAR = 0.45  # by how much a reading must cost less than the next best
_INFINITE = float("inf")
_WHITE = frozenset(BLANK + NEWLINE)
_PARAGRAPH_END = frozenset("。！？…：；”’）》.!?")
_PARAGRAPHS = re.compile("[。！？…：”）.!?]\\s*\n|\n[ \u3000]")
_OPENS_BEFORE = re.compile(f"[：，、；（《【〔—…{BLANK}(:,;]")
_CLOSES_BEHIND = re.compile(f"[，。、；：！？）》】…,.;:!?){BLANK}]")
_CLOSES_BEFORE = re.compile("[。！？，…!?.,）》]")
_AROUND = 300  # how much of the text around a fault is weighed with it, in characters


def quotes(text: str) -> Iterator[Edit]:
    """Straight quotes become “ ” ‘ ’, reversed and twice-opened pairs are set right, by pairing and by their neighbours.

    Each quote is read as one that opens or closes so that the whole passage costs least: what is opened shall be
    closed, and a quote opens before a word and closes behind one. Pairs may run over line and paragraph ends; a
    paragraph may open again what is still open. Feet and inches, apostrophes, English quotations and code stay.

    >>> quotes_step('他说:"先上!"随后,”出发“。')
    '他说:“先上!”随后,“出发”。'
    """
    protected = Protected(text)
    for start, end in _stretches(text):
        places = [m.start() for m in _QUOTE.finditer(text, start, end) if len(m[0]) == 1]
        yield from _settle(text, [at for at in places if text[at] not in _STRAIGHT or not protected(at)])


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """The parts of a text where quotes are not simply opened and closed, with good ones on both sides."""
    start, end = 0, -1
    for at in _faults(text):
        if end < 0 or at - _AROUND > end:
            if end >= 0:
                yield start, end
            start = max(0, end, at - _AROUND)
        end = at + _AROUND
    if end >= 0:
        yield start, min(end, len(text))


def _faults(text: str) -> list[int]:
    """Where a quote is straight, or not simply closed before another one is opened."""
    found = [m.start() for m in _STRAIGHT_QUOTE.finditer(text)]
    for opening, closing in ("“”", "‘’"):
        start = 0
        if opening not in text and closing not in text:
            continue
        for k, piece in enumerate(text.split(opening)):
            if piece.count(closing) != (k > 0):
                found.append(start)
                found.extend(start + at for at in occurrences(piece, closing))
            start += len(piece) + 1
    return sorted(found)


def _line_starts(text: str, at: int) -> tuple[bool, bool]:
    """Does a line begin here, and does a paragraph, as far as one can tell: behind a sentence's end, or with an indent?"""
    k = at
    while k > 0 and text[k - 1] in BLANK and at - k < 8:
        k -= 1
    if k and text[k - 1] not in NEWLINE:
        return False, False
    while k > 0 and text[k - 1] in _WHITE and at - k < 16:
        k -= 1
    return True, k == 0 or text[k - 1] in _PARAGRAPH_END or k < at - 1 and text[at - 1] in BLANK


def _line_ends(text: str, at: int) -> tuple[bool, bool]:
    """Does a line end behind this place, and a paragraph?"""
    behind = text[at + 1 : at + 6]
    if behind and behind[0] not in NEWLINE:
        return False, False
    return True, not behind.strip() or (len(behind) > 1 and behind[1] in BLANK)


def _costs(text: str, at: int) -> tuple[list[float], bool]:
    """What each act costs a quote, for its shape and for its neighbours; and whether it begins a paragraph."""
    c = text[at]
    before, behind = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    line_start, paragraph_start = _line_starts(text, at)
    line_end, paragraph_end = _line_ends(text, at)
    opens = closes = 0.0
    if line_start:
        closes += 1.5 if paragraph_start else 0.3
    elif _OPENS_BEFORE.match(before):
        closes += 1.0 if before in "，、；…—" or before in BLANK else 1.5
    elif _CLOSES_BEFORE.match(before):
        opens += 0.5
    if line_end:
        opens += 1.5 if paragraph_end else 0.3
    elif _CLOSES_BEHIND.match(behind):
        opens += 1.0 if behind in BLANK else 2.0
    elif behind in "《（":
        closes += 0.5
    costs = [opens, closes, opens, closes, 1.5 if c in "\"'＂＇" else 6.0]
    if c in _DOUBLE:
        costs[_OPEN_SINGLE] += 2.0
        costs[_CLOSE_SINGLE] += 2.0
    else:
        costs[_OPEN_DOUBLE] += 2.0 if c in "'＇" else 3.0
        costs[_CLOSE_DOUBLE] += 2.0 if c in "'＇" else 3.0
    if c in "“‘":
        costs[_CLOSE_DOUBLE] += 1.5
        costs[_CLOSE_SINGLE] += 1.5
    elif c in "”’":
        costs[_OPEN_DOUBLE] += 1.5
        costs[_OPEN_SINGLE] += 1.5
    if c in "\"'＂＇" and before.isdigit() and before.isascii():
        costs[_LITERAL] = 0.6  # inches
    return costs, paragraph_start


def _settle(text: str, places: Sequence[int]) -> Iterator[Edit]:
    """Choose for each quote what it does, and propose what differs from what stands there."""
    count = len(places)
    read = [_costs(text, at) for at in places]
    costs = [cost for cost, _ in read]
    again = [start for _, start in read]
    # what is open may be forgotten where a paragraph ends
    forgets = [_forgetting(text, places[k - 1], places[k]) if k else _INFINITE for k in range(count)]
    forward = [[0.0, 0.5, 3.0, 1.0]]
    for k in range(count):
        now = forward[k]
        forward[k] = now = [min(now[_NONE], min(now[1:]) + forgets[k]), *now[1:]]
        row = [_INFINITE] * 4
        for source, act, target, extra in _MOVES:
            cost = now[source] + costs[k][act] + (_REOPENED if again[k] and (source, act) == _REOPENING else extra)
            if cost < row[target]:
                row[target] = cost
        forward.append(row)
    backward = [[0.0, 0.8, 2.0, 1.2]]
    for k in range(count - 1, -1, -1):
        after = backward[-1]
        row = [_INFINITE] * 4
        best = [_INFINITE] * 5
        for source, act, target, extra in _MOVES:
            cost = after[target] + costs[k][act] + (_REOPENED if again[k] and (source, act) == _REOPENING else extra)
            row[source] = min(row[source], cost)
            best[act] = min(best[act], cost + forward[k][source])
        backward.append([row[_NONE], *(min(row[s], row[_NONE] + forgets[k]) for s in (_OUTER, _INNER, _ALONE))])
        act = min(range(5), key=best.__getitem__)
        at = places[k]
        if act == _LITERAL or _NEW[act] == text[at] or (text[at] in _STRAIGHT and not _in_chinese(text, at)):
            continue
        margin = min(best[other] for other in range(5) if other != act) - best[act]
        yield Edit(at, at + 1, _NEW[act], "quotes", Level.LIKELY if margin >= _CLEAR else Level.GUESS, _reason(text[at], act))


def _forgetting(text: str, start: int, end: int) -> float:
    """What it costs to leave open, between two quotes, what was opened before: little where a paragraph ends."""
    line_end = text.rfind("\n", max(start, end - _AROUND), end)
    if line_end < 0:
        return _INFINITE if end - start < 200 else 2.0
    between = text[start + 1 : end] if end - start < _AROUND else text[end - _AROUND : end]
    return 1.2 if _PARAGRAPHS.search(between) or between[:1] == "\n" else 2.5


def _reason(c: str, act: int) -> str:
    what = "opening" if act in (_OPEN_DOUBLE, _OPEN_SINGLE) else "closing"
    if c in _STRAIGHT:
        return f"a straight quote in place of an {what} one" if what == "opening" else "a straight quote in place of a closing one"
    return f"a quote that is {what} stands the wrong way round or is of the wrong depth"


def _in_chinese(text: str, at: int) -> bool:
    """Does a straight quote stand in a Chinese sentence? One of its neighbours is Chinese, or the line is."""
    before = text[max(0, at - 3) : at].strip(BLANK + "\"'“”‘’\n,.:;!?")[-1:]
    behind = text[at + 1 : at + 4].strip(BLANK + "\"'“”‘’\n,.:;!?")[:1]
    if before and behind and before.isascii() and behind.isascii():
        return False
    if _CHINESE.match(before) or _CHINESE.match(behind):
        return True
    near = text[max(0, at - 30) : at + 30]
    return len(_HAN.findall(near)) > len(re.findall(f"[{LATIN}]", near))


corner_quotes_step = Step("corner_quotes", corner_quotes)
quotes_step = Step("quotes", quotes)
