"""Quotation marks: straight, reversed, opened twice, and the corner brackets of other typesetting, after GB/T 15834."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newsclean.chars import BLANK, HAN, LATIN, MARK, NEWLINE, is_traditional
from newsclean.edits import Edit, Level
from newsclean.rules.protected import Protected
from newsclean.steps import Step

_HAN = re.compile(f"[{HAN}]")
_CHINESE = re.compile(f"[{HAN}{MARK}《》（）…—]")

# ---- corner brackets ---------------------------------------------------------------------------------------------------

_CORNER = re.compile("[「」『』﹁﹂﹃﹄“”]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")


def corner_quotes(text: str) -> Iterator[Edit]:
    """「」 『』 ﹃﹄ in a simplified text become “ ” and, inside another quotation, ‘ ’.

    A traditional text and quotations in Japanese keep theirs.

    >>> corner_quotes_step("他说：「要抓好『菜篮子』工程。」")
    '他说：“要抓好‘菜篮子’工程。”'
    """
    if not any(c in text for c in "「」『』﹁﹂﹃﹄"):
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

_QUOTE = re.compile(r"""["＂“”„‟«]|[‘’'＇‛](?:(?<![A-Za-z0-9].)|(?![A-Za-z]))""")
_WELL_FORMED = re.compile("(?:“(?:‘’)*”)+")
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
_INFINITE = float("inf")
_OPENS_BEFORE = re.compile(f"[：，、；（《【〔—…{BLANK}(:,;]")
_CLOSES_BEHIND = re.compile(f"[，。、；：！？）》】…,.;:!?){BLANK}]")
_CLOSES_BEFORE = re.compile("[。！？，…!?.,）》]")
_AROUND = 6  # how many quotes around a fault are weighed with it


def quotes(text: str) -> Iterator[Edit]:
    """Straight quotes become “ ” ‘ ’, reversed and twice-opened pairs are set right, by pairing and by their neighbours.

    Each quote is read as one that opens or closes so that the whole passage costs least: what is opened shall be
    closed, and a quote opens before a word and closes behind one. Pairs may run over line and paragraph ends; a
    paragraph may open again what is still open. Feet and inches, apostrophes, English quotations and code stay.

    >>> quotes_step('他说:"先上!"随后,”出发“。')
    '他说:“先上!”随后,“出发”。'
    """
    found = list(_QUOTE.finditer(text))
    marks = "".join(m[0] for m in found)
    if _WELL_FORMED.fullmatch(marks) or not marks:
        return
    protected = Protected(text) if any(c in _STRAIGHT for c in marks) else None
    places = [m.start() for m in found]
    for first, last in _faulty(marks):
        chosen = [p for p in places[first:last] if not (protected and protected(p))]
        yield from _settle(text, chosen)


def _faulty(marks: str) -> Iterator[tuple[int, int]]:
    """Stretches of quotes that are not simply opened and closed, with a few good ones on both sides."""
    start = end = at = 0
    while at < len(marks):
        good = _WELL_FORMED.match(marks, at)
        if good:
            at = good.end()
            continue
        if end and at - end > 2 * _AROUND:
            yield start, min(len(marks), end + _AROUND)
            end = 0
        if not end:
            start = max(0, at - _AROUND)
            start -= marks[start] in "”’" and start > 0  # begin with an opening one
        at += 1
        end = at
    if end:
        yield start, min(len(marks), end + _AROUND)


def _costs(text: str, at: int) -> list[float]:
    """What each act costs a quote: for its shape and for its neighbours."""
    c = text[at]
    before, behind = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    line_start, line_end = not before or before in NEWLINE, not behind or behind in NEWLINE
    opens = closes = 0.0
    if line_start:
        closes += 1.5
    elif _OPENS_BEFORE.match(before):
        closes += 1.0 if before in "，、；…—" or before in BLANK else 1.5
    elif _CLOSES_BEFORE.match(before):
        opens += 0.5
    if line_end:
        opens += 1.5
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
    return costs


def _settle(text: str, places: Sequence[int]) -> Iterator[Edit]:
    """Choose for each quote what it does, and propose what differs from what stands there."""
    count = len(places)
    if not count:
        return
    costs = [_costs(text, at) for at in places]
    # a line's end lies before the quote: what is open may be opened again; a blank line: or be forgotten
    breaks = [False] + ["\n" in text[max(a, b - 400) : b] for a, b in zip(places, places[1:], strict=False)]
    again = [text[max(0, at - 1) : at] in ("", "\n", "\u3000", " ") and (not at or "\n" in text[max(0, at - 5) : at]) for at in places]
    forward = [[0.0, 0.5, 3.0, 1.0]]
    for k in range(count):
        row = [_INFINITE] * 4
        now = forward[-1]
        if breaks[k]:
            least = now[_NONE]
            now = [min(least, *(now[s] + 1.2 for s in (_OUTER, _INNER, _ALONE))), now[_OUTER], now[_INNER], now[_ALONE]]
            forward[-1] = now
        for source, act, target, extra in _MOVES:
            if again[k] and source == _OUTER and act == _OPEN_DOUBLE:
                extra = 0.4
            cost = now[source] + extra + costs[k][act]
            if cost < row[target]:
                row[target] = cost
        forward.append(row)
    backward = [[0.0, 0.8, 2.0, 1.2]]
    for k in range(count - 1, -1, -1):
        after = backward[-1]
        row = [_INFINITE] * 4
        for source, act, target, extra in _MOVES:
            if again[k] and source == _OUTER and act == _OPEN_DOUBLE:
                extra = 0.4
            cost = after[target] + extra + costs[k][act]
            if cost < row[source]:
                row[source] = cost
        if breaks[k]:
            row = [row[_NONE], *(min(row[s], row[_NONE] + 1.2) for s in (_OUTER, _INNER, _ALONE))]
        backward.append(row)
    backward.reverse()
    for k, at in enumerate(places):
        best = [_INFINITE] * 5
        for source, act, target, extra in _MOVES:
            if again[k] and source == _OUTER and act == _OPEN_DOUBLE:
                extra = 0.4
            cost = forward[k][source] + extra + costs[k][act] + backward[k + 1][target]
            if cost < best[act]:
                best[act] = cost
        act = min(range(5), key=best.__getitem__)
        if act == _LITERAL or _NEW[act] == text[at]:
            continue
        margin = min(best[other] for other in range(5) if other != act) - best[act]
        straight = text[at] in _STRAIGHT
        if straight and not _in_chinese(text, at):
            continue
        if margin < 0.45:
            level = Level.GUESS
        else:
            level = Level.LIKELY
        yield Edit(at, at + 1, _NEW[act], "quotes", level, _reason(text[at], act))


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
