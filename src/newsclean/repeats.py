"""Passages that stand twice on a page, whole, by their tail or by their head: found, told, and dropped.

:mod:`newsclean.passages` finds what two places of a page have in common. Here it is judged: a match becomes a
:class:`Repeat` only if one of its two sides is a passage of its own, that is, fills whole lines. A clause, a name or a
quotation that stands again within a longer paragraph is none; nor is a headline whose words stand again in the text,
or a row of a form with other numbers or names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from rapidfuzz.distance import LCSseq

from newsclean.alignment import Match, Side, align, cut_chain, without_foreign
from newsclean.edits import Edit, Level, apply_edits, check_text
from newsclean.passages import LINE_BREAK, MAX_PLACES, PHRASE, RUN, Key, Lines, Runs, chains, key_of, runs
from newsclean.steps import Step
from newsclean.strips import SHORT, Copy, fluency, read_twice
from newsclean.trace import Span, Trace

How = Literal["whole", "tail", "head", "lines"]
"""What of the other passage is repeated: all of it, its end, its beginning, or lines out of its middle."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A passage that repeats another.

    Attributes:
        start, end: the copy that should go, in code points: whole lines, without the line break behind the last.
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

MARGIN = 8.0
"""So much more must the second of two readings be like language, in natural logarithms, if the first is to go."""

_ODD = re.compile(r"[\ufffd\ue000-\uf8ff|\\^~*_#@<>{}=\[\]$&]|(?<=[\u4e00-\u9fff])[A-Za-z](?=[\u4e00-\u9fff])")


def _repeat(lines: Lines, copy: Copy) -> Repeat:
    start, end = lines.start(copy.lines.start), lines.end(copy.lines.stop - 1)
    places = lines.key.places
    of = int(places[copy.of[0]]), int(places[copy.of[1] - 1]) + 1
    return Repeat(start, end, of, copy.likeness, "lines", Level.LIKELY if copy.alone else Level.GUESS)


def _judge(lines: Lines, match: Match) -> tuple[bool, How, Level] | None:
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
    if not prose and size < 60 and not unmarked:
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
_CAPTION = re.compile(r"\s*[（(【▲△▼↑↓]?图[为：:]")
_RUBRIC = re.compile(r"\s*(?:【[^】]{2,12}】|\[[^\]]{2,12}\]|[★☆●◆■])")
_TITLE = re.compile(r"\s*[^，。；：、！？,;:!?]{4,30}\s*")
_GUIDE = re.compile(
    r"\s*[【\[（(]?(?:今日|本期|本报|内容|核心|阅读)?(?:简述|简讯|导读|导语|提要|摘要|提示|看点|要点|要闻|编者按)[】\]）)：:]?\s*"
)


def _doubtful(lines: Lines, goes: Side, stays: Side, how: How) -> bool:
    """Whether the writer may have said it twice: a whole sentence that ends or opens one paragraph and is another.

    Leads, guides and quotations are such. Right behind what it repeats, or cut in mid-sentence, it is none of them.
    Nor is an item of a list that stands in two lists, a text that stands again under a picture, the rubric of a column
    or a lead that opens a guide and an article surely a copy.
    """
    before, begins = (lines.opening_of(side.start) for side in (stays, goes))
    if how == "whole" and goes.end - goes.start < 60 and (_ITEM.match(before) or _ITEM.match(begins)):
        return True
    if _CAPTION.match(before) or _CAPTION.match(begins):
        return True
    if goes.end - goes.start < 60 and how == "whole" and _RUBRIC.match(before) and _RUBRIC.match(begins):
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
    places = lines.key.places
    return len(_ODD.findall(lines.text, int(places[side.start]), int(places[side.end - 1]) + 1))


def _pieces(lines: Lines, match: Match, first_goes: bool, how: How, level: Level) -> Iterator[Repeat]:
    """The copy, paragraph by paragraph where both sides have the boundary of a paragraph at the same place."""
    goes, stays = (match.first, match.again) if first_goes else (match.again, match.first)
    assert goes.left.line is not None
    assert goes.right.line is not None
    knots = [(goes.start, stays.start)]
    for run in match.runs:
        a, b = (run.first, run.again) if first_goes else (run.again, run.first)
        knots += [(a, b), (a + run.n, b + run.n)]
    knots.append((goes.end, stays.end))
    xs, ys = np.array(knots, np.float64).T  # arrays: a list would be read anew for every line
    cuts = [(goes.left.line, stays.start)]
    for b in range(goes.left.line + 1, goes.right.line):
        if lines.ends_paragraph(b):
            y = round(float(np.interp(lines.keys[b], xs, ys)))
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
    if len(cuts) == 2 and _doubtful(lines, goes, stays, how):
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


def _round(text: str, key: Key, joined: Runs) -> list[Repeat]:
    """The repeats of a text, none of which repeats what another drops."""
    near = [chain for chain in chains(joined.found) if len(chain) > 1 or chain[0].n >= SHORT]
    found = [piece for chain in near for piece in cut_chain(key.text, chain) if piece[1] >= SHORT]
    if all(shared < 2 * SHORT for _, shared in found):
        return []
    lines = Lines(text, key)
    found.sort(key=lambda piece: (-piece[1], piece[0][0].again))
    matches = [match for chain, shared in found if shared >= 2 * SHORT and (match := align(lines, chain))]
    copies = read_twice(lines, [chain for chain, _ in found])
    if copies:
        return sorted((_repeat(lines, copy) for copy in copies), key=lambda repeat: repeat.start)
    matches.sort(key=lambda match: match.first.start - match.first.end)
    repeats: list[Repeat] = []
    gone, kept = bytearray(len(key.text)), bytearray(len(key.text))
    for match in matches:
        judged = _judge(lines, match)
        if judged is None:
            continue
        goes, stays = (match.first, match.again) if judged[0] else (match.again, match.first)
        if goes.end > stays.start and goes.start < stays.end:  # one passage over and over: the first of them stays
            goes, stays = match.again, match.first._replace(right=match.again.left)
        if 1 in gone[goes.start : goes.end] or 1 in kept[goes.start : goes.end] or 1 in gone[stays.start : stays.end]:
            continue
        gone[goes.start : goes.end] = b"\1" * (goes.end - goes.start)
        kept[stays.start : stays.end] = b"\1" * (stays.end - stays.start)
        repeats += _pieces(lines, match, *judged)
    repeats.sort(key=lambda repeat: repeat.start)
    for order in 1, -1:  # a doubtful one that a sure one leads into, or follows, is of the same passage
        before: Repeat | None = None
        for k in range(len(repeats))[::order]:
            here = repeats[k]
            gap = sorted((before, here), key=lambda r: r.start) if before else []
            if (
                gap
                and here.level < Level.LIKELY <= gap[order < 0].level
                and not text[gap[0].end : gap[1].start].strip()
            ):
                repeats[k] = here = replace(here, level=Level.LIKELY)
            before = here
    return repeats


def find_repeats(text: str) -> list[Repeat]:
    """The passages of a page that repeat another: whole, by their tail or head, or lines read twice.

    Args:
        text: the page as it was read, its lines wrapped or not.

    Returns:
        The copies that should go, in the order of the page, each with what it repeats.

    >>> page = "当天下午，工作人员逐户走访，登记受灾情况，发放棉被和粮油。\\n\\n记者离开时，雨已经停了。\\n\\n"
    >>> page += "员逐户走访，登记受灾情况，发放棉被和粮油。\\n"
    >>> [(page[repeat.start : repeat.end], repeat.how) for repeat in find_repeats(page)]
    [('员逐户走访，登记受灾情况，发放棉被和粮油。', 'tail')]
    """
    check_text(text)
    return [repeat for repeat, _ in _settled(text)[0]]


def _settled(text: str) -> tuple[list[tuple[Repeat, Span]], Edit | None]:
    """All repeats, those found when others were dropped among them, each with the span to delete; and, where phrases
    stand too often to be compared, a note of it."""
    found: list[tuple[Repeat, Span]] = []
    trace = Trace()
    rest = text
    note = None
    while True:
        key = key_of(rest)
        joined = runs(key)
        repeats = _round(rest, key, joined)
        sure = [repeat for repeat in repeats if repeat.level >= Level.LIKELY]
        spans = dict(zip((repeat.start for repeat in sure), _deletions(rest, sure), strict=True))
        for repeat in repeats:
            start, end = trace.source_span(repeat.start, repeat.end)
            moved = replace(repeat, start=start, end=end, of=trace.source_span(*repeat.of))
            if repeat.level >= Level.LIKELY:
                found.append((moved, trace.source_span(*spans[repeat.start])))
            elif not sure or repeat.how == "lines":  # lines read twice are not found again once the others are gone
                found.append((moved, (start, end)))
        if not sure:
            note = _crowd(text, key, joined, trace)
            break
        edits = [Edit(*span, "", "repeats") for span in spans.values()]
        trace = trace.then(Trace.of(edits))
        rest = apply_edits(rest, edits)
    found = list({pair[0].start: pair for pair in sorted(found, key=lambda pair: pair[0].level)}.values())
    return _rooted(sorted(found, key=lambda pair: pair[0].start)), note


def _crowd(text: str, key: Key, joined: Runs, trace: Trace) -> Edit | None:
    """What was not compared, as a suggestion that changes nothing at the first of the phrases in the source."""
    if not joined.crowded:
        return None
    first = joined.first_crowded
    start, end = trace.source_span(int(key.places[first]), int(key.places[first + RUN - 1]) + 1)
    reason = (
        f"{joined.crowded} places of phrases that stand more than {MAX_PLACES} times, this one the first, were compared "
        f"only where {PHRASE} characters agree"
    )
    return Edit(start, end, text[start:end], "repeats", Level.GUESS, reason)


def _rooted(found: list[tuple[Repeat, Span]]) -> list[tuple[Repeat, Span]]:
    """Let each repeat name a passage that stays: where that which it repeats goes too, what that one repeats."""
    going = [repeat for repeat, _ in found if repeat.level >= Level.LIKELY]
    starts = [repeat.start for repeat in going]
    rooted: dict[int, Span] = {}  # by the start of the repeat

    def root(of: Span) -> Span:
        passed: list[int] = []
        while (k := bisect_right(starts, of[0]) - 1) >= 0 and of[0] < going[k].end and going[k].start not in passed:
            if going[k].start in rooted:
                of = rooted[going[k].start]
                break
            passed.append(going[k].start)
            of = going[k].of
        rooted.update(dict.fromkeys(passed, of))
        return of

    return [(replace(repeat, of=root(repeat.of)), span) for repeat, span in found]


def _deletions(text: str, repeats: list[Repeat]) -> list[Span]:
    """What to delete for each repeat: its lines and one of the two gaps around them, so that the wider one stays."""
    spans: list[Span] = []
    k = 0
    while k < len(repeats):
        last = k
        while last + 1 < len(repeats) and not text[repeats[last].end : repeats[last + 1].start].strip():
            last += 1
        start, end = repeats[k].start, repeats[last].end
        before = start
        while before and text[before - 1] in "\n\r":
            before -= 1
        after = end
        while after < len(text) and text[after] in "\n\r":
            after += 1
        if (after - end <= start - before and after < len(text)) or before == 0:
            end = after
        elif after < len(text) or before:
            start = before
        edges = [start, *(repeat.start for repeat in repeats[k + 1 : last + 1]), end]
        spans += pairwise(edges)
        k = last + 1
    return spans


def _rule(text: str) -> Iterator[Edit]:
    """Delete passages that repeat another."""
    found, note = _settled(text)
    if note:
        yield note
    if not found:
        return
    breaks = [m.end() for m in LINE_BREAK.finditer(text)]
    for repeat, (start, end) in found:
        opening = re.sub(r"\s+", "", text[repeat.of[0] : repeat.of[0] + 24])[:9]
        line = bisect_right(breaks, repeat.of[0]) + 1
        what = "" if repeat.how == "whole" else f"the {repeat.how} of "
        reason = f"repeats {what}“{opening}…” (line {line}), {repeat.likeness:.0%} alike".replace("%", " %")
        yield Edit(start, end, "", "repeats", repeat.level, reason)


drop_duplicates = Step("drop_duplicates", _rule)
