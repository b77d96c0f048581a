"""Quotation marks: straight, reversed, opened twice, and the corner brackets of other typesetting, after GB/T 15834."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newsclean.chars import BLANK, HAN, LATIN, MARK, NEWLINE, is_traditional, occurrences
from newsclean.edits import Edit, Level
from newsclean.rules.opencc_tables import only_simplified, only_traditional
from newsclean.rules.protected import Protected
from newsclean.steps import Step

_HAN = re.compile(f"[{HAN}]")
_CHINESE = re.compile(f"[{HAN}{MARK}《》（）…—]")

# ---- corner brackets -----------------------------------------------------------------------------

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
        if m[0] in "“”" or is_traditional(text, at) or _traditional_only(text, at) or _KANA.search(text, at - 8, at + 8):
            continue
        outer = depth == 1 if opening else depth == 0
        new = ("“" if outer else "‘") if opening else ("”" if outer else "’")
        yield Edit(at, at + 1, new, "corner_quotes", Level.LIKELY, "a corner bracket in a simplified text")


def _traditional_only(text: str, at: int) -> bool:
    """Are there traditional characters around a place, and no simplified ones?"""
    near = text[max(0, at - 200) : at + 200]
    return only_traditional().search(near) is not None and only_simplified().search(near) is None


# ---- curly and straight quotes -------------------------------------------------------------------

_ANY_QUOTE = "[\"＂“”„‟〝〞‘’'＇‛]"
_QUOTE = re.compile(f'{_ANY_QUOTE}(?:{_ANY_QUOTE}{{3,}}|(?<=["＂“”„‟〝〞])|(?<![A-Za-z0-9].)|(?![A-Za-z]))')
_STRAIGHT_QUOTE = re.compile(r"""["＂„‟〝〞'＇‛](?:(?<=["＂„‟〝〞])|(?<![A-Za-z0-9].)|(?![A-Za-z]))""")
_TWO_SINGLE = re.compile(f"(?<!['‘’])(''|‘‘)(?=[{HAN}《])[^'‘’\n]{{1,60}}(''|’’)(?!['‘’])")
_NEVER_RIGHT = "\"'＂„‟〝〞＇‛"
_DOUBLE = frozenset('"＂“”„‟〝〞')
_CURLY_DOUBLE = frozenset("“”„‟〝〞")
_STRAIGHT = frozenset("\"'＂＇‛")

# What a quote does. The states are what is open: nothing, a double quote, a single one within it, a single one alone.
_OPEN_DOUBLE, _CLOSE_DOUBLE, _OPEN_SINGLE, _CLOSE_SINGLE, _LITERAL = range(5)
_NEW = "“”‘’"
_Costs = tuple[float, float, float, float, float]  # of the five acts
_Reading = tuple[
    _Costs, float, float
]  # with what it costs to open a single quote alone, and to open a double one again
_States = tuple[float, float, float, float]
_UNMATCHED = 3.0  # what is opened twice, or closed and was never opened
_CROSSED = 3.0  # a double quote closes or opens while a single one is open
_NESTED = 1.0  # a straight quote among curly ones is a double one all the same
_ALONE = 0.3  # a single quote that is in no double one
_REOPENED = 0.4  # a paragraph may open again what is still open
_CLEAR, _CLEAR_CURLY = 0.45, 0.8  # by how much a reading must cost less than the next best
_INFINITE = float("inf")
_WHITE = frozenset(BLANK + NEWLINE)
_LINE_EDGES = frozenset(NEWLINE)
_PARAGRAPH_END = frozenset("。！？…：；”’）》.!?")
_PARAGRAPHS = re.compile("[。！？…：”）.!?]\\s*\n|\n[ \u3000]")
_OPENS_BEFORE = frozenset("：，、；（《【〔—…(:,;" + BLANK)
_CLOSES_BEHIND = frozenset("，。、；：！？）》】…,.;:!?)" + BLANK)
_CLOSES_BEFORE = frozenset("。！？，…!?.,）》")
_AROUND = 300  # how much of the text around a fault is weighed with it, in characters


def quotes(text: str) -> Iterator[Edit]:
    """Straight quotes become “ ” ‘ ’, reversed and twice-opened pairs are set right, by pairing and by neighbours.

    Each quote is read as one that opens or closes so that the whole passage costs least: what is opened shall be
    closed, and a quote opens before a word and closes behind one. Pairs may run over line and paragraph ends; a
    paragraph may open again what is still open. Feet and inches, apostrophes, English quotations and code stay.

    >>> quotes_step('他说:"先上!"随后,”出发“。')
    '他说:“先上!”随后,“出发”。'
    """
    faults = _faults(text)
    if not faults:
        return
    for m in _TWO_SINGLE.finditer(text) if "''" in text or "‘‘" in text else ():
        for group, new in ((1, "“"), (2, "”")):
            yield Edit(*m.span(group), new, "quotes", Level.LIKELY, "two single quotes in place of a double one")
    protected = Protected(text)
    for start, end in _stretches(text, faults):
        places = [m.start() for m in _QUOTE.finditer(text, start, end) if len(m[0]) == 1]
        yield from _settle(text, [at for at in places if text[at] not in _STRAIGHT or not protected(at)], start > 0)


def _stretches(text: str, faults: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The parts of a text where quotes are not simply opened and closed, with good ones on both sides."""
    start, end = 0, -1
    for at in faults:
        if end < 0 or at - _AROUND > end:
            if end >= 0:
                yield start, end
            start = max(0, end, at - _AROUND)
        end = at + _AROUND
    if end >= 0:
        yield start, min(end, len(text))


def _faults(text: str) -> list[int]:
    """Where a quote is straight, or not simply closed before another one is opened."""
    found = [m.start() for m in _STRAIGHT_QUOTE.finditer(text)] if any(c in text for c in _NEVER_RIGHT) else []
    for opening, closing in ("“”", "‘’"):
        start = 0
        pieces = text.split(opening)
        closed = [piece.count(closing) for piece in pieces]
        if closed == [0] + [1] * (len(pieces) - 1):
            continue
        for k, (piece, times) in enumerate(zip(pieces, closed, strict=True)):
            if times != (k > 0):
                found.append(start)
                found.extend(start + at for at in occurrences(piece, closing))
            start += len(piece) + 1
    return sorted(found)


def _line_starts(text: str, at: int) -> tuple[bool, bool]:
    """Does a line begin here, and does a paragraph, as far as one can tell: behind a sentence, or with an indent?"""
    k = at
    while k > 0 and text[k - 1] in BLANK and at - k < 8:
        k -= 1
    if k and text[k - 1] not in NEWLINE:
        return False, False
    while k > 0 and text[k - 1] in _WHITE and at - k < 16:
        k -= 1
    return True, k == 0 or text[k - 1] in _PARAGRAPH_END or (k < at - 1 and text[at - 1] in BLANK)


def _paragraph_ends(text: str, at: int) -> bool:
    """Does a paragraph end behind this place, at which a line ends: with a blank line, or the next one is indented?"""
    behind = text[at + 1 : at + 6]
    return not behind.strip() or (len(behind) > 1 and behind[1] in _WHITE)


def _costs(text: str, at: int) -> _Reading:
    """What each act costs a quote, for its shape and for its neighbours."""
    c = text[at]
    before, behind = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    paragraph_start = False
    opens = closes = double = single = 0.0
    if before in _WHITE or not before:
        line_start, paragraph_start = _line_starts(text, at)
        closes += (1.5 if paragraph_start else 0.3) if line_start else 1.0
    elif before in _OPENS_BEFORE:
        closes += 1.0 if before in "，、；…—" else 1.5
    elif before in _CLOSES_BEFORE:
        opens += 0.5
    if not behind or behind in _LINE_EDGES:
        opens += 1.5 if _paragraph_ends(text, at) else 0.3
    elif behind in _CLOSES_BEHIND:
        opens += 1.0 if behind in BLANK else 2.0
    elif behind in "《（":
        closes += 0.5
    if c in _STRAIGHT and c in _DOUBLE and _within_curly(text, at):
        double = _NESTED
    elif c in _DOUBLE:
        single = 2.0 if c in _STRAIGHT else 1.5
    else:
        double = 2.0 if c in _STRAIGHT else 3.0
    if c in "“‘„〝":
        closes += 1.9
    elif c in "”’‟〞":
        opens += 1.9
    digit = before.isdigit() and before.isascii()
    if digit:
        opens += 1.5
    literal = 6.0 if c not in _STRAIGHT else 0.6 if digit else 1.5  # 0.6: inches
    alone = _ALONE + (_UNMATCHED if c in _DOUBLE else 0.0)
    again = _REOPENED if paragraph_start else _UNMATCHED
    open_single, close_single = opens + single, closes + single
    if c in _CURLY_DOUBLE:  # it does not become a single quote of the other hand
        open_single, close_single = (open_single, _INFINITE) if c in "“„〝" else (_INFINITE, close_single)
    return (opens + double, closes + double, open_single, close_single, literal), alone, again


def _within_curly(text: str, at: int) -> bool:
    """Does a quote stand between curly ones that open and close on its line?"""
    before = text[max(0, at - _AROUND) : at]
    before = before[before.rfind("\n") + 1 :]
    behind = text[at + 1 : at + _AROUND].split("\n", 1)[0]
    opens, closes = behind.find("“"), behind.find("”")
    return before.rfind("“") > before.rfind("”") and closes >= 0 and not 0 <= opens < closes


def _settle(text: str, places: Sequence[int], cut: bool) -> Iterator[Edit]:
    """Choose for each quote what it does so that all together cost least; ``cut``: the text goes on before them."""
    read = [_costs(text, at) for at in places]
    # what is open may be forgotten where a paragraph ends
    forgets = [_forgetting(text, places[k - 1], places[k]) if k else _INFINITE for k in range(len(places))]
    forward: list[_States] = []
    now: _States = (0.0, 0.5, 3.0, 1.0) if cut else (0.0, 3.0, 5.0, 3.0)
    for ((od, cd, os, cs, lit), single, again), forget in zip(read, forgets, strict=True):
        none, outer, inner, alone = now
        none = min(none, min(outer, inner, alone) + forget)
        forward.append((none, outer, inner, alone))
        now = (
            min(
                min(outer, none + _UNMATCHED, inner + _CROSSED, alone + _CROSSED) + cd,
                min(alone, none + _UNMATCHED) + cs,
                none + lit,
            ),
            min(
                min(none, outer + again, inner + _CROSSED, alone + _UNMATCHED) + od,
                min(inner, outer + _UNMATCHED) + cs,
                outer + lit,
            ),
            min(min(outer, inner + _CROSSED) + os, inner + lit),
            min(none + single + os, alone + lit),
        )
    later: _States = (0.0, 2.0, 3.5, 2.4)
    bests: list[_Costs] = []
    for k in range(len(places) - 1, -1, -1):
        (od, cd, os, cs, lit), single, again = read[k]
        none, outer, inner, alone = later
        f_none, f_outer, f_inner, f_alone = forward[k]
        best = (
            od + outer + min(f_none, f_outer + again, f_inner + _CROSSED, f_alone + _UNMATCHED),
            cd + none + min(f_outer, f_none + _UNMATCHED, f_inner + _CROSSED, f_alone + _CROSSED),
            os + min(inner + min(f_outer, f_inner + _CROSSED), alone + f_none + single),
            cs + min(outer + min(f_inner, f_outer + _UNMATCHED), none + min(f_alone, f_none + _UNMATCHED)),
            lit + min(none + f_none, outer + f_outer, inner + f_inner, alone + f_alone),
        )
        b_none = min(od + outer, cd + none + _UNMATCHED, os + alone + single, cs + none + _UNMATCHED, lit + none)
        forgotten = b_none + forgets[k]
        later = (
            b_none,
            min(cd + none, od + outer + again, os + inner, cs + outer + _UNMATCHED, lit + outer, forgotten),
            min(cs + outer, cd + none + _CROSSED, os + inner + _CROSSED, od + outer + _CROSSED, lit + inner, forgotten),
            min(cs + none, cd + none + _CROSSED, od + outer + _UNMATCHED, lit + alone, forgotten),
        )
        bests.append(best)
    opened: list[bool | None] = []  # of the open quotes, whether a straight one stands in Chinese; None: not straight
    for at, best in zip(places, reversed(bests), strict=True):
        act, straight = best.index(min(best)), text[at] in _STRAIGHT
        partner = opened.pop() if opened and act in (_CLOSE_DOUBLE, _CLOSE_SINGLE) else None
        chinese = _in_chinese(text, at) if straight and partner is None else partner
        if act in (_OPEN_DOUBLE, _OPEN_SINGLE):
            opened.append(chinese if straight else None)
        if act != _LITERAL and _NEW[act] != text[at] and (chinese or not straight):
            yield _edit(text, at, best)


def _edit(text: str, at: int, best: _Costs) -> Edit:
    """The edit of a quote whose acts cost so much at best."""
    least, second = sorted(best)[:2]
    act, c = best.index(least), text[at]
    clear = second - least >= (_CLEAR if c in _STRAIGHT else _CLEAR_CURLY)
    return Edit(at, at + 1, _NEW[act], "quotes", Level.LIKELY if clear else Level.GUESS, _reason(c, act))


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
        return f"a straight quote in place of {'an' if what == 'opening' else 'a'} {what} one"
    return f"{'an' if what == 'opening' else 'a'} {what} quote that stands the wrong way round or is of the wrong depth"


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
