"""Verify candidate pairs: how much of one document stands in the other, and is it one document or one form?

First exactly, on n-grams: Jaccard, containment, and coverage, the share of the shorter document's characters that stand
in an n-gram which the other has too. Moved paragraphs, cut heads and tails and added banners leave coverage high.
Misread characters wear it down, so in the grey zone the two are aligned, and the share of the shorter document's
characters that find their equal counts instead, if larger. That is `similarity`.

Then the hard negatives. Two weather reports, two share prices, two appointments of one form are alike and are two.
Their numbers (or names) disagree although the text around them agrees; misreadings spare numbers no more and no
less than other characters. A pair is told apart when chance would hardly explain it: a binomial tail.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import comb
from typing import Any, ClassVar, cast

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import LCSseq, Levenshtein

from newsclean.corpus.groups import components
from newsclean.corpus.overlap import NUMERALS, SLOT, Documents, Overlap, Scratch, gaps, overlap, prepare
from newsclean.corpus.sample import Samples, Screen, sample
from newsclean.corpus.sketch import NGRAM, Bool, Int64, keep_freed_memory

Float64 = npt.NDArray[np.float64]

SHORT = 30
"""Characters; a text shorter than this repeats another only if nearly all of it does."""
SHORT_SIMILARITY = 0.9
PART_RATIO = 0.3
"""A text less than this share of the other's length is a part of it, not a copy; parts do not chain pages together."""
GREY = (0.25, 0.85)
"""Coverage between which alignment decides; below, a pair is dropped, above, coverage is the similarity."""

_SURELY, _HARDLY, _FAIRLY = 1e-4, 0.02, 0.1
_PAIRS_AT_ONCE = 256
_CHARACTERS_AT_ONCE = 600_000  # of the pairs of a piece, those that stand in several pairs counted each time
_ALIGN_PRODUCT = 400_000_000  # units x units; what is longer is judged by its n-grams alone
_LABELLED_NUMERALS = "".join(map(chr, range(len(NUMERALS))))


class Verdict(IntEnum):
    """Why a pair that looks alike is not taken for a duplicate (or `SAME`: nothing speaks against it)."""

    SAME = 0
    NUMBERS = 1
    """One form, other numbers."""
    FORM = 2
    """One form, other names."""
    PART = 3
    """One is a small part of the other."""
    SHORT = 4
    """Too short to be called a copy with so many differences."""


@dataclass
class Pairs:
    """Verified pairs, as columns of one length, ordered by `a`, then `b`.

    Attributes:
        a, b: positions of the documents, a < b.
        jaccard, containment: of their n-gram sets; containment is over the smaller set.
        similarity: share of the shorter document's characters that stand in the other, 0 to 1.
        verdict: values of `Verdict`.
        dropped: candidates read and found below `GREY`.
        unaligned: pairs in the grey zone too long to align, judged by n-grams alone.
    """

    a: Int64
    b: Int64
    jaccard: Float64
    containment: Float64
    similarity: Float64
    verdict: npt.NDArray[np.int8]
    dropped: int = 0
    unaligned: int = 0

    COLUMNS: ClassVar = ("a", "b", "jaccard", "containment", "similarity", "verdict")

    @classmethod
    def of(cls, columns: dict[str, npt.NDArray[Any]], dropped: int = 0, unaligned: int = 0) -> Pairs:
        """Pairs from columns by name."""
        return cls(**columns, dropped=dropped, unaligned=unaligned)

    def __len__(self) -> int:
        return len(self.a)

    def linked(self, threshold: float) -> Bool:
        """Which pairs are duplicates at a threshold on `similarity`."""
        flags: Bool = (self.verdict == Verdict.SAME) & (self.similarity >= threshold)
        return flags


def tail(trials: int, hits: int, chance: float) -> float:
    """Probability that of so many independent trials at least so many hit.

    >>> round(tail(3, 1, 0.5), 3), tail(5, 0, 0.1), tail(4, 2, 0.0)
    (0.875, 1.0, 0.0)
    """
    if hits <= 0:
        return 1.0
    if chance <= 0.0:
        return 0.0
    if trials > 200:  # enough: the share is what counts, and the sum stays cheap
        hits, trials = hits * 200 // trials, 200
    term = total = comb(trials, hits) * chance**hits * (1 - chance) ** (trials - hits)
    for k in range(hits, trials):
        term *= (trials - k) / (k + 1) * (chance / (1 - chance))
        total += term
        if term < 1e-9 * total and k > trials * chance:
            break
    return min(1.0, total)


def form_verdict(short: str, long: str, numerals: str = "".join(sorted(NUMERALS))) -> Verdict:
    """Align two texts and tell copies from forms: `SAME`, `NUMBERS` or `FORM`.

    Args:
        short, long: the texts.
        numerals: the characters that numbers are made of.

    >>> form_verdict("任命王明为财政局局长。", "任命王明为财攻局局长。").name
    'SAME'
    >>> form_verdict("第3号通告：即日起停水2天。", "第4号通告：即日起停水2天。").name
    'NUMBERS'
    """
    singles = slots = conflicts = noise = 0
    equal = len(short)
    opcodes = Levenshtein.opcodes(short, long)
    for tag, i, j, k, m in cast("list[tuple[str, int, int, int, int]]", opcodes.as_list()):
        if tag == "equal":
            continue
        width = j - i
        equal -= width
        if tag != "replace":
            width += m - k
            noise += width if width <= 2 else 0
            continue
        changed = 0
        for x, y in zip(short[i:j], long[k:m], strict=True):
            changed += x in numerals and y in numerals
        conflicts += changed > 0
        if changed < width <= SLOT:
            noise += width - changed
            if width == 1:
                singles += 1
            else:
                slots += 1
    rate = noise / max(1, equal + noise)
    verdict = Verdict.SAME
    if conflicts and tail(len(re.findall(f"[{numerals}]+", short)), conflicts, min(0.95, 1.5 * rate)) < _HARDLY:
        verdict = Verdict.NUMBERS
    elif slots * 100 >= len(short) and tail(slots + singles, slots, min(0.95, 1.5 * rate)) < _HARDLY:
        verdict = Verdict.FORM
    return verdict


def _window(documents: Documents, short: tuple[int, int], long: tuple[int, int], first: int, last: int) -> tuple[int, int]:
    """The part of the longer document that the shorter one is to be aligned with; all as places in the block."""
    (mine, end), (begin, stop) = short, long
    size = end - mine
    if stop - begin < 1.6 * size:
        return long
    theirs = documents.ngram[begin : stop - NGRAM + 1]
    long_first = int(np.argmax(theirs == documents.ngram[mine + first]))
    long_last = len(theirs) - 1 - int(np.argmax(theirs[::-1] == documents.ngram[mine + last]))
    from_, to = max(0, long_first - first - NGRAM), long_last + size - last + NGRAM
    return (begin + from_, min(stop, begin + to)) if from_ < long_first + NGRAM <= to else long


@dataclass
class _Scores:
    """Scores of the pairs of one chunk; alignment refines them in place."""

    similarity: Float64
    verdict: npt.NDArray[np.int8]
    unaligned: int = 0


def _judge(
    documents: Documents, short: Int64, long: Int64, shared: Overlap, alignment: bool, least: float
) -> _Scores:
    sizes = np.diff(documents.starts)
    size, long_size = sizes[short], sizes[long]
    scores = _Scores(shared.coverage.copy(), np.zeros(len(short), np.int8))
    part = size < PART_RATIO * long_size
    scores.verdict[part] = Verdict.PART
    # a pair without a gap needs no second look, nor one that will not be recorded
    least = GREY[0] if alignment else max(GREY[0], least)
    chosen = np.flatnonzero((shared.coverage >= least) & ~part & (shared.coverage < 1))
    seen = gaps(documents, short, shared, chosen)
    size, coverage = size[chosen], shared.coverage[chosen]
    grey = (coverage < GREY[1]) | (size < SHORT)
    # names leave gaps of two characters and more, misreadings of one unless two stand close together
    close = 1 - (1 - seen.noise / 2) ** NGRAM
    dense = seen.wide_gaps * 100 >= size
    few = (size < SHORT) & (seen.missing_numbers > 0)  # too few characters to tell noise by
    which = np.flatnonzero((seen.missing_numbers > 0) | (grey | dense if alignment else False))
    columns = (chosen, short[chosen], long[chosen], grey, dense, few, seen.numbers, seen.missing_numbers,
               np.minimum(0.95, 1.5 * seen.noise), seen.gaps, seen.wide_gaps, close, seen.first, seen.last)  # fmt: skip
    bounds = [*itertools.pairwise(documents.starts.tolist())]
    for at, a, b, in_grey, is_dense, is_few, numbers, missing, chance, holes, wide, near, first, last in zip(
        *(column[which].tolist() for column in columns), strict=True
    ):
        # what is no more than expected is not worth a tail: it is above a half
        by_numbers = tail(numbers, missing, chance) if missing > numbers * chance else 1.0
        if by_numbers < (_SURELY if alignment else _HARDLY):
            scores.verdict[at] = Verdict.NUMBERS
            continue
        if not alignment:
            continue
        form = is_few or by_numbers < _FAIRLY or (is_dense and wide > holes * near and tail(holes, wide, near) < _FAIRLY)
        if not (in_grey or form):
            continue
        mine = bounds[a]
        begin, end = _window(documents, mine, bounds[b], first, last)
        units = mine[1] - mine[0]
        if units * (end - begin) > _ALIGN_PRODUCT:
            scores.unaligned += 1
            continue
        one, other = documents.labelled[slice(*mine)], documents.labelled[begin:end]
        if in_grey:
            covered = float(shared.coverage[at])
            scores.similarity[at] = max(covered, LCSseq.similarity(one, other, score_cutoff=int(covered * units)) / units)
        if form:
            scores.verdict[at] = form_verdict(one, other, _LABELLED_NUMERALS)
    short_text = (sizes[short] < SHORT) & (scores.similarity < SHORT_SIMILARITY) & (scores.verdict == Verdict.SAME)
    scores.verdict[short_text] = Verdict.SHORT
    return scores


def verify(
    texts: Sequence[str] | Callable[[list[int]], Sequence[str]],
    pairs: Int64,
    *,
    alignment: bool = True,
    least: float = 0.25,
    samples: Samples | None = None,
    progress: Callable[[int], None] | None = None,
) -> Pairs:
    """Read candidate pairs and score them.

    Args:
        texts: the documents, or a function that fetches those of given positions (memory then holds one block of them).
        pairs: array of shape (pairs, 2), from `candidates`.
        alignment: align pairs in the grey zone; without, n-grams alone decide (faster, less exact).
        least: similarity below which pairs are not recorded, and need not be read whole.
        samples: of all documents, if they are there already; otherwise each block is sampled as it comes.
        progress: called after each block with the number of pairs read.

    >>> import numpy as np
    >>> result = verify(["市政府昨日召开会议部署防汛工作", "市政府昨日召开会议，部署防汛王作"], np.array([[0, 1]]))
    >>> result.similarity.tolist(), result.verdict.tolist()
    ([0.933], [0])
    """
    fetch = texts if callable(texts) else lambda wanted: [texts[i] for i in wanted]
    parts: list[Pairs] = []
    scratch, screen = Scratch(), Screen()
    keep_freed_memory()
    count = len(pairs)
    if samples:
        pairs = pairs[screen.worth_reading(samples, pairs, least)]
        if progress:
            progress(count - len(pairs))
    for block in _blocks(pairs):
        wanted, local = np.unique(block, return_inverse=True)
        local = local.reshape(-1, 2)
        held = fetch(wanted.tolist())
        read = len(block)
        if not samples:
            worth = screen.worth_reading(sample(held), local, least)
            block, local = block[worth], local[worth]
        sizes = np.fromiter(map(len, held), np.int64, len(held))[local].sum(axis=1)
        for piece in _pieces(sizes):
            own, inside = np.unique(local[piece], return_inverse=True)
            documents = prepare([held[d] for d in own.tolist()], scratch)
            parts += _verify_piece(documents, block[piece], inside.reshape(-1, 2), scratch, alignment, least)
        if progress:
            progress(read)
    return _join(parts, count)


def _verify_piece(
    documents: Documents, pairs: Int64, local: Int64, scratch: Scratch, alignment: bool, least: float
) -> Iterator[Pairs]:
    sizes = np.diff(documents.starts)
    tiny = (sizes[local] < NGRAM).any(axis=1)
    bounds = [*itertools.pairwise(documents.starts.tolist())]
    short_text = [[documents.labelled[slice(*bounds[d])] for d in pair] for pair in local[tiny].tolist()]
    equal = [a == b != "" for a, b in short_text]
    rows = pairs[tiny][equal]
    ones = np.ones(len(rows), np.float64)
    yield Pairs(rows[:, 0], rows[:, 1], ones, ones, ones, np.zeros(len(rows), np.int8))

    pairs, local = pairs[~tiny], local[~tiny]
    if not len(pairs):
        return
    swap = sizes[local[:, 0]] > sizes[local[:, 1]]
    short, long = np.where(swap, local[:, 1], local[:, 0]), np.where(swap, local[:, 0], local[:, 1])
    order = np.argsort(long, kind="stable")
    pairs, short, long = pairs[order], short[order], long[order]
    shared = overlap(documents, short, long, scratch)
    scores = _judge(documents, short, long, shared, alignment, least)
    counts = documents.distinct[short], documents.distinct[long]
    kept = (shared.coverage >= GREY[0]) & (scores.similarity >= least)
    yield Pairs(
        pairs[kept, 0],
        pairs[kept, 1],
        _ratio(shared.common, counts[0] + counts[1] - shared.common)[kept],
        _ratio(shared.common, np.minimum(*counts))[kept],
        np.round(scores.similarity, 3)[kept],
        scores.verdict[kept],
        unaligned=scores.unaligned,
    )


def _ratio(part: Int64, whole: Int64) -> Float64:
    out: Float64 = np.round(part.astype(np.float64) / whole.astype(np.float64), 3)
    return out


def _join(parts: list[Pairs], read: int) -> Pairs:
    kinds = {"a": "i8", "b": "i8", "verdict": "i1"}
    columns = {
        name: np.concatenate([np.empty(0, kinds.get(name, "f8")), *(getattr(p, name) for p in parts)])
        for name in Pairs.COLUMNS
    }
    order = np.lexsort((columns["b"], columns["a"]))
    columns = {name: column[order] for name, column in columns.items()}
    return Pairs.of(columns, read - len(order), sum(p.unaligned for p in parts))


def _pieces(sizes: Int64) -> Iterator[slice]:
    """Cut pairs into pieces of a bounded number and size; at least one pair each."""
    ends = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        full = int(np.searchsorted(ends, ends[first] - sizes[first] + _CHARACTERS_AT_ONCE, side="right"))
        last = min(first + _PAIRS_AT_ONCE, max(first + 1, full))
        yield slice(first, last)
        first = last


def _blocks(pairs: Int64, size: int = 20_000) -> Iterator[Int64]:
    """Cut pairs into blocks such that the documents of a block lie close together in the pair graph."""
    if not len(pairs):
        return
    documents, local = np.unique(pairs, return_inverse=True)
    a, b = local.reshape(-1, 2).T
    order = np.lexsort((b, a, components(len(documents), a, b).take(a)))
    for i in range(0, len(pairs), size):
        yield pairs[order[i : i + size]]
