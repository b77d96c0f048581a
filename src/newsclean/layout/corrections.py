"""The model's reading of running text looked at again, by what only the page as a whole shows."""

from __future__ import annotations

import numpy as np

from newsclean.layout.jumps import BEGINS, ENDS, LENGTH
from newsclean.layout.lines import Floats, Ints, Lines
from newsclean.layout.model import HEADS, Readings
from newsclean.layout.table import Array
from newsclean.page import KINDS

FOREIGN = -2.5  # log-odds of a junction below which two lines do not run on
FIRM = 1.0  # log-odds from which a line continues a block even so: 2 of 24 such junctions are lost by it on made pages
PARTED = 4.0  # log-odds that a fragment's other half is not on the page
ONE_WORD = 3.5
"""Log-odds of a junction from which a paragraph without an end mark runs on: 8 of 8 such places on made and read pages."""
UNBROKEN = -1.5
"""Log-odds of the line, the junction and the beginning together, weighed by :data:`BY_JUNCTION` and :data:`BY_BEGINNING`,
above which it does so, too, unless the characters speak against it. Of 93 places on made pages that the lines alone do
not join 55 are found so, and 2 of 174 where a paragraph has lost its end; weights fitted on one half of the pages serve
the other."""
BY_JUNCTION, BY_BEGINNING = 0.15, -0.6
ENOUGH = 4  # paragraphs, of which fewer do not tell whether a page indents them
INDENTED = 0.85  # share of paragraphs with an indent, on a page where one without has lost it
SENTENCE = 1.0  # log-odds that a line begins a sentence, from which nothing of it is lost
TOGETHER = -0.8
"""The same where it is not so sure of a sentence's beginning, of all three odds together, those of the beginning by a
third: 11 of 20 such places on made pages, beside 1 where the beginning is lost."""
UNLIKELY = -5.0  # log-odds by the line itself below which it continues nothing
_PARAGRAPH = KINDS.index("paragraph")
_LIKE_PROSE = np.array([kind in ("paragraph", "subhead", "caption") for kind in KINDS])
_STOPS = "。！？…”"


def run_on(readings: Readings, lines: Lines, junction: Floats, whole: Array, begins: Floats) -> None:
    """Join a paragraph to what a column's end cut off: where it broke off in a word, or only the indent tells.

    Where the page's paragraphs have an indent, one that has none and stands behind a full stop is the rest of the
    paragraph before, unless it begins in mid-sentence: then its own beginning is lost.

    Args:
        readings: what the model says of the lines; changed in place.
        lines: the page's lines.
        junction: for each line the log-odds that it runs on from the line before, a float32 array (n,).
        whole: for each line whether the characters around the break before it stand side by side elsewhere on the page.
        begins: for each line the log-odds that it begins a sentence, likewise.
    """
    prose = readings.kinds == _PARAGRAPH
    new = (_LIKE_PROSE.take(readings.kinds[1:]) & prose[:-1] & ~readings.continues[1:]).nonzero()[0] + 1
    if not len(new):
        return
    behind = [lines.string(k - 1) for k in new.tolist()]
    open_ended = np.array([unended(line) for line in behind])
    own = continuation_odds(readings.scores[new])
    together = own + BY_JUNCTION * junction[new] + BY_BEGINNING * begins[new].clip(-6, 6)
    runs_on = (junction[new] > ONE_WORD) | (junction[new] > FOREIGN) & (whole[new] | (together > UNBROKEN))
    cut = new[open_ended & runs_on]
    for k in cut.tolist():
        readings.kinds[k : block_end(readings, k)] = _PARAGRAPH
        readings.continues[k] = True
    new, behind = new[prose[new]], [line for line, k in zip(behind, new.tolist(), strict=True) if prose[k]]
    stopped: Ints = new[np.array([line[-1] in _STOPS for line in behind], bool)]
    indented = lines.indents[stopped] >= 1
    if len(stopped) >= ENOUGH and indented.mean() >= INDENTED:
        flush = stopped[~indented & (lines.gaps[stopped] > 0)]
        own = continuation_odds(readings.scores[flush])
        begun = (begins[flush] > SENTENCE) & (own > UNLIKELY)
        readings.continues[flush[begun | (junction[flush] + own + begins[flush] / 3 > TOGETHER)]] = True


def block_end(readings: Readings, k: int) -> int:
    """The line behind the last of those that continue line k in the order of the page."""
    end = k + 1
    while end < len(readings.kinds) and readings.continues[end] and readings.kinds[end] == readings.kinds[k]:
        end += 1
    return end


def part_fragments(readings: Readings, junction: Floats) -> None:
    """Leave apart what does not run on and is held together by the order of the lines alone.

    Two fragments whose other halves are lost often stand behind each other: where the characters speak against the
    junction, the line itself must speak for it.
    """
    (parted,) = np.nonzero(readings.continues & (readings.kinds == _PARAGRAPH) & (junction < FOREIGN))
    parted = parted[(parted > 0) & (continuation_odds(readings.scores[parted]) < FIRM)]
    readings.continues[parted] = False
    readings.heads[parted, HEADS.index("lost_start")] = PARTED
    readings.heads[parted - 1, HEADS.index("lost_end")] = PARTED


def continuation_odds(scores: Floats) -> Floats:
    """For each line by itself the log-odds that it continues a block, a float32 array (n,); of the lines' scores."""
    kinds = len(KINDS)
    continues = np.logaddexp.reduce(scores[:, kinds:], axis=1)
    return np.asarray(continues - np.logaddexp.reduce(scores[:, :kinds], axis=1), np.float32)


_ASTRAY = np.array([kind in ("jump", "furniture", "caption") for kind in KINDS])
_RUNNING = 6  # characters beside a jump that make its line one of running text


def give_back_jumps(readings: Readings, lines: Lines) -> None:
    """A line of running text that a jump begins or ends (…道路铺装。（下转第3版）) is of the paragraph and no jump."""
    if "转" not in lines.text and "接" not in lines.text:
        return
    kinds = len(KINDS)
    first = 0  # line of the block that holds line k, of which all lines before k have been looked at
    for k in _ASTRAY.take(readings.kinds).nonzero()[0].tolist():
        if not (k and readings.continues[k] and readings.kinds[k - 1] == readings.kinds[k]):
            first = k
        line = lines.string(k)
        begun = BEGINS.match(line)
        if begun and len(line) - begun.end() >= _RUNNING:  # its paragraph runs on behind it
            readings.kinds[k], readings.continues[k] = _PARAGRAPH, False
            if k + 1 < len(lines) and readings.kinds[k + 1] == _PARAGRAPH and unended(line):
                readings.continues[k + 1] = True
            continue
        jump = ENDS.search(line[-LENGTH:])
        before = line[: len(line) - len(jump[0])] if jump else ""
        if len(before) < _RUNNING and not any(mark in before for mark in "，。；"):
            continue
        if not first or readings.kinds[first - 1] != _PARAGRAPH:
            continue
        readings.kinds[first : k + 1] = _PARAGRAPH
        begins, runs_on = readings.scores[first, [_PARAGRAPH, _PARAGRAPH + kinds]].tolist()
        readings.continues[first] = unended(lines.string(first - 1)) or runs_on > begins


def unended(text: str) -> bool:
    """Whether a paragraph's text ends without an end mark.

    >>> unended("请大家有序排队，戴好口"), unended("坚守岗位。")
    (True, False)
    """
    return text[-1:] not in "。！？…”：；）!?』」"
