"""Which of two places that say the same is the copy, what of the other it repeats, and how sure that is.

A match becomes a :class:`Repeat` only if one of its two sides is a passage of its own, that is, fills whole lines. A
clause, a name or a quotation that stands again within a longer paragraph is none; nor is a headline whose words stand
again in the text, or a row of a form with other numbers or names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from rapidfuzz.distance import LCSseq

from newsclean.edits import Level
from newsclean.repeats.alignment import Match, Side, without_foreign
from newsclean.repeats.boundaries import Lines
from newsclean.repeats.overlaps import runs_on
from newsclean.repeats.strips import Copy, fluency
from newsclean.trace import Span

How = Literal["whole", "tail", "head", "lines", "strip", "across", "half"]
"""What of the other passage is repeated: all of it, its end, its beginning, or lines out of its middle; ``strip`` where
both are readings of the same print, at the edges of two strips of the page; ``across`` where one of them is a part of a
line that an engine read straight across several columns, ``half`` where the edge of a strip cut each row in two."""

STRIPS: frozenset[How] = frozenset({"strip", "across", "half"})


@dataclass(frozen=True, slots=True)
class Repeat:
    """A passage that repeats another.

    Attributes:
        start, end: the copy that should go, in code points: whole lines, without the line break behind the last, or
            part of one line.
        of: the passage that it repeats and that stays, from its first letter to its last.
        likeness: how like the two are, from 0 to 1: twice the letters and digits that they share in order, by the
            letters and digits that both have together.
        how: what of the other passage is repeated.
        level: how sure that is; a repeat below ``LIKELY`` is reported and not dropped.
    """

    start: int
    end: int
    of: Span
    likeness: float
    how: How
    level: Level


MIN_LIKENESS = 0.84
"""Below it two passages are not the same: one misread character in twelve on both sides."""

LEAST: dict[How, int] = {"whole": 20, "tail": 18, "head": 25, "lines": 40}
"""The least letters of a copy; what is shorter may be said twice."""

WORDLESS = 4
"""Letters, fewer than which the paragraphs of a copy do not have on average; lines of single characters are none."""

MARGIN = 8.0
"""So much more must the second of two readings be like language, in natural logarithms, if the first is to go."""

_ODD = re.compile(r"[\ufffd\ue000-\uf8ff|\\^~*_#@<>{}=\[\]$&]|(?<=[\u4e00-\u9fff])[A-Za-z](?=[\u4e00-\u9fff])")


def row_read_twice(lines: Lines, copy: Copy) -> Repeat:
    """Rows out of the overlap of two strips as a repeat."""
    places = lines.key.places
    of = int(places[copy.of[0]]), int(places[copy.of[1] - 1]) + 1
    return Repeat(*copy.span, of, copy.likeness, copy.how, Level.LIKELY)


def judge(lines: Lines, match: Match) -> tuple[bool, How, Level] | None:
    """Whether the first side goes (else the second), how it repeats the other, and how sure that is."""
    if match.likeness < MIN_LIKENESS:
        return None
    sides = [side for side in (match.first, match.again) if side.whole_lines]
    if not sides:
        return None
    if len(sides) == 2:
        first, again = sides
        gain: float = (first.left.paragraph + first.right.paragraph) - (again.left.paragraph + again.right.paragraph)
        if gain == 0:
            gain = _better(lines, match) - 0.5
        goes = first if gain > 0 else again
    else:
        goes = sides[0]
    stays = match.again if goes is match.first else match.first
    size = goes.end - goes.start
    text = lines.key.text
    how: How
    if stays.left.paragraph:
        how = "whole" if stays.right.paragraph else "head"
    else:
        how = "tail" if stays.right.paragraph else "lines"
    prose = lines.prose(goes.start, goes.end) and lines.prose(stays.start, stays.end)
    begins = lines.sentence_ends(stays.start) or (stays.left.paragraph and lines.sentence_ends(goes.start))
    allowed = (size if begins else size + 10) // 40
    if how == "tail" and not begins and goes.start == stays.end:  # a fragment right behind what it repeats
        allowed = 1 + size // 20
    if match.conflicts > allowed:
        return None
    # all the marks of a copy may be lost
    unmarked = how == "whole" and len(sides) == 2 and size >= 40 and match.likeness >= 0.95 and not match.conflicts
    if not prose and not unmarked and (size < 60 or match.conflicts):  # a table or a list
        return None
    if size < 60 and (text.startswith("图为", goes.start) or text.endswith(("摄", "供图"), goes.start, goes.end)):
        return None  # two pictures may have one caption
    if how == "whole" and size < 32 and match.likeness < 1:
        return None
    level = Level.SURE if size >= 40 and match.likeness >= 0.95 else Level.LIKELY
    if how in ("whole", "tail"):  # a headline does not end with a mark, and a question is no statement
        if size < 60 and not unmarked and lines.stop(goes.end) != lines.stop(stays.end):
            return None
        if not goes.left.paragraph and (match.likeness < 0.9 or size < 28 or not lines.follows_title(goes.left.line)):
            return None
    elif how == "head":  # cut in mid-sentence; a whole sentence that stands alone is a guide or a lead
        if not (goes.left.paragraph and goes.right.paragraph):
            return None
    elif not stays.whole_lines and (
        size < 40
        or not (goes.left.paragraph and goes.right.paragraph)
        or lines.sentence_ends(stays.start)
        or lines.sentence_ends(stays.end)
    ):
        return None
    if size < LEAST[how]:
        return None
    return goes is match.first, how, level


_ITEM = re.compile(r"\s*(?:[（(][一二三四五六七八九十0-9]{1,3}[）)]|[一二三四五六七八九十0-9]{1,3}、|[①-⑳])")
_CAPTION = re.compile(r"\s*(?:[▲△▼↑↓]|[（(【]?图[为：:])")
_RUBRIC = re.compile(r"\s*(?:【[^】]{2,12}】|\[[^\]]{2,12}\]|[★☆●◆■])")
_STANDING = re.compile(
    r"\s*(?:记者|主持人|问|Q)[：:]|.*(?:请拨|扫码|二维码|(?:热线|电话|邮箱|邮编|微信)\s*[：:]?\s*[（(0-9A-Za-z]|[A-Za-z0-9.]+@)", re.S
)
_TITLE = re.compile(r"\s*[^，。；：、！？,;:!?]{4,30}\s*")
_GUIDE = re.compile(
    r"\s*[【\[（(]?(?:今日|本期|本报|内容|核心|阅读)?(?:简述|简讯|导读|导语|提要|摘要|提示|看点|要点|要闻|编者按)[】\]）)：:]?\s*"
)


def _one_form(lines: Lines, goes: Side, stays: Side, how: How) -> bool:
    """Whether both sides go on in mid-sentence behind different words, as two entries of one form do."""
    return how == "whole" and all(
        side.left.line is not None
        and runs_on(lines, side.left.line)
        and not lines.sentence_ends(side.start)
        and not lines.follows_title(side.left.line)
        for side in (goes, stays)
    )


def _doubtful(lines: Lines, goes: Side, stays: Side, how: How) -> bool:
    """Whether the writer may have said it twice: a whole sentence that ends or opens one paragraph and is another.

    Leads, guides and quotations are such. Right behind what it repeats, or cut in mid-sentence, it is none of them.
    Nor is an item of a list that stands in two lists, a text that stands again under a picture, the rubric of a column,
    a question that all are asked, a number to call or a lead that opens a guide and an article surely a copy.
    """
    before, begins = (lines.opening_of(side.start) for side in (stays, goes))
    if how == "whole" and goes.end - goes.start < 60 and (_ITEM.match(before) or _ITEM.match(begins)):
        return True
    if _CAPTION.match(before) or _CAPTION.match(begins):
        return True
    if goes.end - goes.start < 60 and how == "whole" and _RUBRIC.match(before) and _RUBRIC.match(begins):
        return True
    if how != "tail" and goes.end - goes.start < 60 and _STANDING.match(lines.source(goes.start, goes.end)):
        return True
    titles = [lines.line_before(side.start) for side in (stays, goes)]
    if how in ("whole", "tail") and any(_GUIDE.fullmatch(title) for title in titles):
        return True
    if how == "whole" and goes.end - goes.start < 80 and all(_TITLE.fullmatch(title) for title in titles):
        return True
    if how == "tail":
        return lines.sentence_begins(stays.start) and not (
            0 <= goes.start - stays.end <= 2 or lines.begins_with_mark(goes.start)
        )
    return how == "head" and lines.sentence_ends(stays.end)


def _better(lines: Lines, match: Match) -> bool:
    """Whether the second reading of a passage has clearly fewer damaged characters than the first."""
    if match.likeness == 1:
        return False
    odd = [_odd(lines, side) for side in (match.first, match.again)]
    if abs(odd[0] - odd[1]) > 2:
        return odd[0] > odd[1]
    first, again = (lines.key.text[side.start : side.end] for side in (match.first, match.again))
    gains = fluency([first, again])
    return gains[1] > gains[0] + MARGIN


def _odd(lines: Lines, side: Side) -> int:
    return len(_ODD.findall(lines.source(side.start, side.end)))


def pieces(lines: Lines, match: Match, first_goes: bool, how: How, level: Level) -> Iterator[Repeat]:
    """The copy, paragraph by paragraph where both sides have the boundary of a paragraph at the same place."""
    goes, stays = (match.first, match.again) if first_goes else (match.again, match.first)
    assert goes.left.line is not None
    assert goes.right.line is not None
    knots = [(goes.start, stays.start)]
    for run in match.runs:
        a, b = (run.first, run.again) if first_goes else (run.again, run.first)
        knots += [(a, b), (a + run.n, b + run.n)]
    knots.append((goes.end, stays.end))
    cuts = [(goes.left.line, stays.start)]
    ends = [b for b in range(goes.left.line + 1, goes.right.line) if lines.ends_paragraph(b)]
    if ends and (goes.end - goes.start) >= WORDLESS * len(ends):
        xs, ys = np.array(knots, np.float64).T
        for b, y in zip(
            ends, np.interp([lines.keys[b] for b in ends], xs, ys).round().astype(np.int64).tolist(), strict=True
        ):
            other = lines.near(y, y - 2, y + 2, True)
            if other and cuts[-1][1] < other.place < stays.end:
                cuts.append((b, other.place))
    cuts.append((goes.right.line, stays.end))
    # the beginning of a paragraph that follows whole paragraphs may be an opening that many share
    if len(cuts) > 2 and not stays.left.paragraph and not lines.between(cuts[1][0]).split("\n")[0].strip():
        del cuts[0]  # a headline whose words end the paragraph before
    if (
        len(cuts) > 2
        and not stays.right.paragraph
        and lines.keys[cuts[-1][0]] - lines.keys[cuts[-2][0]] < LEAST["head"]
        and not (goes.right.paragraph and lines.stop(goes.end) is None)
    ):
        cuts.pop()
    short = len(cuts) == 2 or goes.end - goes.start < 60
    if _one_form(lines, goes, stays, how) or (short and _doubtful(lines, goes, stays, how)):
        level = Level.GUESS
    text, places = lines.key.text, lines.key.places
    for n, ((b, y), (after, y_after)) in enumerate(pairwise(cuts)):
        part: How = "whole"
        if len(cuts) == 2:
            part = how
        elif n == 0 and not stays.left.paragraph:
            part = "tail"
        elif n == len(cuts) - 2 and not stays.right.paragraph:
            part = "head"
        likeness = match.likeness
        if len(cuts) > 2 and y_after - y <= 5000:
            ours, theirs = text[lines.keys[b] : lines.keys[after]], text[y:y_after]
            likeness = LCSseq.normalized_similarity(without_foreign(ours, theirs), without_foreign(theirs, ours))
        if likeness >= (MIN_LIKENESS if n in (0, len(cuts) - 2) else 0.7):
            span = int(places[y]), int(places[y_after - 1]) + 1
            yield Repeat(lines.start(b), lines.end(after - 1), span, likeness, part, level)
