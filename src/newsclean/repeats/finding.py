"""Passages that stand twice on a page, whole, by their tail or by their head: found, told, and dropped.

:mod:`newsclean.repeats.passages` finds what two places of a page have in common, :mod:`newsclean.repeats.copies` judges
which of the two is a copy. Here both are asked again until nothing more is found, and what was found becomes edits.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from newsclean.edits import Edit, Level, apply_edits, check_text
from newsclean.repeats.alignment import align, cut_chain
from newsclean.repeats.boundaries import LINE_BREAK, Lines
from newsclean.repeats.copies import STRIPS, Repeat, judge, pieces, row_read_twice
from newsclean.repeats.halves import ROWS
from newsclean.repeats.overlaps import FEW, SURE
from newsclean.repeats.passages import MAX_PLACES, PHRASE, RUN, Key, Runs, chains, key_of, runs
from newsclean.repeats.rows import SHORT
from newsclean.repeats.strips import read_twice
from newsclean.steps import Step
from newsclean.trace import Change, Span, Trace

__all__ = ["drop_duplicates", "find_repeats"]


STRETCH = 1 << 13
"""Characters. A text of more than three times as many, more than a broadsheet page has, is gone through in stretches of
about that length that overlap by a third; places farther apart are compared only where :data:`FAR` characters agree."""

FAR = 32


def _round(text: str, key: Key, joined: Runs, whole: bool) -> list[Repeat]:
    """The repeats of a text, none of which repeats what another drops.

    Args:
        text: the text.
        key: its key.
        joined: the runs of the key.
        whole: whether the runs are all that the page has, nothing dropped yet, so that strips show themselves by them.
    """
    near = [chain for chain in chains(joined.found) if len(chain) > 1 or chain[0].n >= SHORT]
    found = [piece for chain in near for piece in cut_chain(key.text, chain) if piece[1] >= SHORT]
    sizes = [shared for _, shared in found]
    if max(sizes, default=0) < 2 * SHORT and sum(size >= SURE for size in sizes) < FEW and len(joined.found) < ROWS:
        return []
    lines = Lines(text, key)
    found.sort(key=lambda piece: (-piece[1], piece[0][0].again))
    matches = [match for chain, shared in found if shared >= 2 * SHORT and (match := align(lines, chain))]
    copies = read_twice(lines, joined.found, [chain for chain, _ in found]) if whole else []
    if copies:
        return sorted((row_read_twice(lines, copy) for copy in copies), key=lambda repeat: repeat.start)
    matches.sort(key=lambda match: match.first.start - match.first.end)
    repeats: list[Repeat] = []
    gone, kept = bytearray(len(key.text)), bytearray(len(key.text))
    for match in matches:
        judged = judge(lines, match)
        if judged is None:
            continue
        goes, stays = (match.first, match.again) if judged[0] else (match.again, match.first)
        if goes.end > stays.start and goes.start < stays.end:  # one passage over and over: the first of them stays
            goes, stays = match.again, match.first._replace(right=match.again.left)
        if 1 in gone[goes.start : goes.end] or 1 in kept[goes.start : goes.end] or 1 in gone[stays.start : stays.end]:
            continue
        gone[goes.start : goes.end] = b"\1" * (goes.end - goes.start)
        kept[stays.start : stays.end] = b"\1" * (stays.end - stays.start)
        repeats += pieces(lines, match, *judged)
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


def _settled(text: str) -> tuple[list[tuple[Repeat, Span]], list[Edit]]:
    """All repeats, those found when others were dropped among them, each with the span to delete; and notes of where
    phrases stand too often to be compared."""
    found: list[tuple[Repeat, Span]] = []
    notes: list[Edit] = []
    gone: list[Span] = []
    end = 0
    while end < len(text):
        start, end = _stretch(text, end, gone)
        here, note = _settled_within(text, start, end, gone, far=False)
        found += here
        notes += note
        gone = _going(gone, here)
    if len(text) > 3 * STRETCH:
        found += _settled_within(text, 0, len(text), gone, far=True)[0]
    found = list({pair[0].start: pair for pair in sorted(found, key=lambda pair: pair[0].level)}.values())
    return _rooted(sorted(found, key=lambda pair: pair[0].start)), notes


def _stretch(text: str, done: int, gone: list[Span]) -> Span:
    """The next stretch of a text that has been gone through up to some place; a third of it is what stayed before that.

    It ends with a line. A line longer than any that is printed is passed over: only its places far apart are compared.
    """
    start, left = done, STRETCH if done else 0
    for first, behind in reversed(gone):
        if start - behind >= left:
            break
        left -= start - behind
        start = first
    start = max(0, start - left)
    if start and (found := LINE_BREAK.search(text, start, done)):
        start = found.end()
    least = done + (2 if done else 3) * STRETCH
    most = least + STRETCH
    if found := LINE_BREAK.search(text, least, most):
        return start, found.end()
    if most >= len(text):
        return start, len(text)
    if ends := [found.end() for found in LINE_BREAK.finditer(text, done, least)]:
        return start, ends[-1]
    found = LINE_BREAK.search(text, most)
    end = found.end() if found else len(text)
    return end, end


def _going(gone: list[Span], found: list[tuple[Repeat, Span]]) -> list[Span]:
    """What is to be deleted, in order and in as few spans as can be."""
    spans: list[Span] = []
    for start, end in sorted([*gone, *(span for repeat, span in found if repeat.level >= Level.LIKELY)]):
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans


def _settled_within(
    text: str, start: int, end: int, gone: list[Span], far: bool
) -> tuple[list[tuple[Repeat, Span]], list[Edit]]:
    """The repeats of a stretch of a text, asked for until there are no more.

    Args:
        text: the text.
        start, end: the stretch.
        gone: what of the text has been found to be a copy.
        far: look only for places far apart where many characters agree.

    Returns:
        The repeats, each with the span to delete, and notes; all places are those of the text.
    """
    found: list[tuple[Repeat, Span]] = []
    notes: list[Edit] = []
    edits = [Edit(max(0, a - start), b - start, "", "repeats") for a, b in gone if start < b and a < end]
    trace = Trace((Change(0, start, 0, 0),)) if start else Trace()
    rest = text[start:end] if start or end < len(text) else text
    while True:
        if edits:
            trace = trace.then(Trace.of(edits))
            rest = apply_edits(rest, edits)
        key = key_of(rest)
        joined = runs(key, FAR, STRETCH) if far else runs(key)
        repeats = _round(rest, key, joined, not far and not found)
        sure = [repeat for repeat in repeats if repeat.level >= Level.LIKELY]
        spans = dict(zip((repeat.start for repeat in sure), _deletions(rest, sure), strict=True))
        for repeat in repeats:
            first, last = trace.source_span(repeat.start, repeat.end)
            of = trace.source_span(*repeat.of)
            moved = Repeat(first, last, of, repeat.likeness, repeat.how, repeat.level)
            if repeat.level >= Level.LIKELY:
                found.append((moved, trace.source_span(*spans[repeat.start])))
            elif not sure or repeat.how in STRIPS:  # lines read twice are not found again once the others are gone
                found.append((moved, (first, last)))
        if not sure:
            notes += _crowd(text, key, joined, trace)
            return found, notes
        edits = [Edit(*span, "", "repeats") for span in spans.values()]


def _crowd(text: str, key: Key, joined: Runs, trace: Trace) -> list[Edit]:
    """What was not compared, as a suggestion that changes nothing at the first of the phrases in the source."""
    if not joined.crowded:
        return []
    first = joined.first_crowded
    start, end = trace.source_span(int(key.places[first]), int(key.places[first + RUN - 1]) + 1)
    reason = (
        f"{joined.crowded} places of phrases that stand more than {MAX_PLACES} times, this one the first, were compared "
        f"only where {PHRASE} characters agree"
    )
    return [Edit(start, end, text[start:end], "repeats", Level.GUESS, reason)]


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

    return [
        (repeat if (of := root(repeat.of)) == repeat.of else replace(repeat, of=of), span) for repeat, span in found
    ]


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
    """Delete the passages of a page that repeat another; a step.

    ``drop_duplicates(text)`` gives the text, ``drop_duplicates.edits(text)`` what is dropped and why,
    ``explain_with(drop_duplicates, text)`` both. Of two copies the whole one stays before the cut one.

    >>> page = "当天下午，工作人员逐户走访，登记受灾情况，发放棉被和粮油。\\n\\n记者离开时，雨已经停了。\\n\\n"
    >>> drop_duplicates(page + "员逐户走访，登记受灾情况，发放棉被和粮油。\\n").split()
    ['当天下午，工作人员逐户走访，登记受灾情况，发放棉被和粮油。', '记者离开时，雨已经停了。']
    """
    found, notes = _settled(text)
    yield from notes
    if not found:
        return
    breaks = [m.end() for m in LINE_BREAK.finditer(text)]
    for repeat, (start, end) in found:
        opening = re.sub(r"\s+", "", text[repeat.of[0] : repeat.of[0] + 24])[:9]
        line = bisect_right(breaks, repeat.of[0]) + 1
        what = _SAYS.get(repeat.how, f"repeats the {repeat.how} of ")
        reason = f"{what}“{opening}…” (line {line}), {repeat.likeness:.0%} alike".replace("%", " %")
        yield Edit(start, end, "", "repeats", repeat.level, reason)


_SAYS = {"whole": "repeats ", "strip": "reads again, in another strip, ", "across": "reads again, across columns, ", "half": "reads again, at the edge of a strip, "}

drop_duplicates = Step("drop_duplicates", _rule)
