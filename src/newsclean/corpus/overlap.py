"""Measure exactly what pairs of documents share, a block of documents at once.

Equal n-grams of a block get one number by an open hash table, whose collisions are resolved in further rounds. Then
a pair costs two array operations: stamp the numbers of the longer document, look up those of the shorter one. What
follows (characters covered, gaps, numbers that are missing) is counted for all pairs of the block together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from newsclean.corpus.sketch import NGRAM, Bool, Int64, UInt16, UInt32, encode, hash_ngrams

Int32 = npt.NDArray[np.int32]

NUMERALS = frozenset("0123456789〇零一二三四五六七八九十百千万亿")
SLOT = 8
"""Characters: a gap that a name or a number with its measure leaves is not wider."""

_TABLE_BITS = 20
_MULTIPLIERS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)


@cache
def _is_numeral() -> Bool:
    table = np.zeros(1 << 16, np.bool_)
    table[[ord(c) for c in NUMERALS]] = True
    return table


@dataclass(frozen=True)
class Documents:
    """A block of documents, ready to be compared.

    Attributes:
        codes: UTF-16 units of all documents as they are compared.
        labels: the units renamed by how often the block has them, 0 the commonest: a matcher looks values below 256 up
            in a plain table, others in a hash table, and alignment does not care for names.
        ngram: for each unit the number of the n-gram that begins there; the last units of a document begin none.
        once: flags one of all equal n-grams of a document.
        numeral: whether a unit is a figure or a Chinese numeral.
        starts: document ``i`` is ``codes[starts[i]:starts[i + 1]]``.
        distinct: different n-grams of each document.
    """

    codes: UInt16
    labels: UInt16
    ngram: Int32
    once: Bool
    numeral: Bool
    starts: Int64
    distinct: Int64

    def text(self, i: int, begin: int = 0, end: int | None = None) -> str:
        """The document as it is compared, or a part of it."""
        codes = self.codes[self.starts[i] : self.starts[i + 1]][begin:end]
        return codes.tobytes().decode("utf-16-le", "surrogatepass")

    def labelled(self, i: int, begin: int = 0, end: int | None = None) -> str:
        """The document, or a part of it, in labels: for alignment."""
        labels = self.labels[self.starts[i] : self.starts[i + 1]][begin:end]
        return labels.tobytes().decode("utf-16-le", "surrogatepass")


def _by_frequency(codes: UInt16) -> UInt16:
    counts = np.bincount(codes, minlength=1)
    present = np.flatnonzero(counts)
    if len(present) > 0xD800:  # labels must not look like halves of a character
        return codes
    table = np.zeros(len(counts), np.uint16)
    table[present[np.argsort(-counts[present], kind="stable")]] = np.arange(len(present))
    return table[codes]


def number(keys: UInt32) -> Int32:
    """Give equal keys one number: the place of one of them.

    >>> import numpy as np
    >>> n = number(np.array([7, 9, 7], np.uint32))
    >>> bool(n[0] == n[2]), bool(n[0] == n[1])
    (True, False)
    """
    slots = np.empty(1 << _TABLE_BITS, np.int32)
    out = np.empty(len(keys), np.int32)
    rest = np.arange(len(keys), dtype=np.int32)
    mine = keys
    for i in range(32):
        slot = (mine * np.uint32(_MULTIPLIERS[i % 4] + (i & ~3))) >> np.uint32(32 - _TABLE_BITS)
        slots[slot] = rest
        held = slots[slot]
        if i == 0:
            out[:] = held  # most are settled here; those that are not are written again
        else:
            out[rest] = held
        missed = np.flatnonzero(keys[held] != mine)
        if not len(missed):
            return out
        rest, mine = rest[missed], mine[missed]
    _, first, back = np.unique(mine, return_index=True, return_inverse=True)
    out[rest] = rest[first[back]]
    return out


def prepare(texts: Sequence[str]) -> Documents:
    """Encode a block of documents and number their n-grams."""
    batch = encode(texts)
    count = len(batch.codes)
    sizes = np.diff(batch.starts)
    ngram = np.zeros(count, np.int32)
    hashes = hash_ngrams(batch.codes)
    ngram[: len(hashes)] = number(hashes)
    once = np.zeros(count, np.bool_)
    seen = np.empty(count, np.int32)
    here = np.arange(count, dtype=np.int32)
    for begin, end in zip(batch.starts[:-1].tolist(), (batch.starts[1:] - NGRAM + 1).tolist(), strict=True):
        if begin < end:
            own = ngram[begin:end]
            seen[own] = here[begin:end]
            once[begin:end] = seen[own] == here[begin:end]
    owner = np.repeat(np.arange(len(sizes)), sizes)
    distinct = np.bincount(owner[once], minlength=len(sizes))
    return Documents(batch.codes, _by_frequency(batch.codes), ngram, once, _is_numeral()[batch.codes], batch.starts, distinct)


@dataclass(frozen=True)
class Overlap:
    """What pairs share, one value for each pair.

    Attributes:
        common: different n-grams that both have.
        coverage: share of the shorter document's units that stand in an n-gram which the longer one has.
        numbers, missing_numbers: numbers of the shorter one, and those of them that are not covered, from `SLOT` units
            before the first shared n-gram to `SLOT` units behind the last.
        noise: share of the other units there that are not covered.
        gaps, wide_gaps: uncovered stretches there of up to `SLOT` units, and those of them of two or more.
        first, last: the first and the last shared n-gram's place in the shorter document.
    """

    common: Int64
    coverage: npt.NDArray[np.float64]
    numbers: Int64
    missing_numbers: Int64
    noise: npt.NDArray[np.float64]
    gaps: Int64
    wide_gaps: Int64
    first: Int64
    last: Int64


def overlap(documents: Documents, short: Int64, long: Int64) -> Overlap:
    """Measure the pairs ``(short[i], long[i])``, each document of at least one n-gram."""
    count = len(short)
    starts = documents.starts
    sizes = starts[short + 1] - starts[short]
    offsets = np.cumsum(sizes) - sizes
    total = int(sizes.sum())
    shared = np.zeros(total, np.bool_)
    stamp = np.zeros(len(documents.codes), np.int32)
    ngram = documents.ngram
    longs = zip(starts[long].tolist(), (starts[long + 1] - NGRAM + 1).tolist(), strict=True)
    shorts = zip(starts[short].tolist(), (starts[short + 1] - NGRAM + 1).tolist(), offsets.tolist(), strict=True)
    for mark, ((a, b), (c, d, at)) in enumerate(zip(longs, shorts, strict=True), 1):
        stamp[ngram[a:b]] = mark
        np.equal(stamp[ngram[c:d]], mark, out=shared[at : at + d - c])

    covered = shared.copy()
    for i in range(1, NGRAM):
        covered[i:] |= shared[:-i]
    where = np.flatnonzero(shared)
    edge = np.searchsorted(where, np.append(offsets, total))
    some = edge[1:] > edge[:-1]
    first, last = np.zeros(count, np.int64), np.full(count, -1, np.int64)
    first[some], last[some] = where[edge[:-1][some]], where[edge[1:][some] - 1]

    # a number at the very beginning or end stands next to the shared part, not in it
    begin, end = np.maximum(first - SLOT, offsets), np.minimum(last + NGRAM + SLOT, offsets + sizes)
    within = np.zeros(total, np.bool_)
    for b, e in zip(begin[some].tolist(), end[some].tolist(), strict=True):
        within[b:e] = True
    pieces = [slice(b, e) for b, e in zip(starts[short].tolist(), starts[short + 1].tolist(), strict=True)]
    numeral = np.concatenate([documents.numeral[piece] for piece in pieces]) & within
    once = np.concatenate([documents.once[piece] for piece in pieces])
    bare = within & ~covered
    begins = numeral.copy()
    begins[1:] &= ~numeral[:-1]
    begins[offsets] = numeral[offsets]
    missing = np.flatnonzero(numeral & bare)
    which = np.searchsorted(np.flatnonzero(begins), missing, side="right")
    missing = missing[np.diff(which, prepend=-1) > 0]  # one of each number

    def tally(flags: Bool) -> Int64:
        return np.add.reduceat(flags, offsets, dtype=np.int64)

    def count_at(places: Int64) -> Int64:
        return np.bincount(np.searchsorted(offsets, places, side="right") - 1, minlength=count)

    edges = np.flatnonzero(np.diff(bare, prepend=False, append=False))
    gap, size = edges[::2], edges[1::2] - edges[::2]
    return Overlap(
        tally(shared & once),
        tally(covered) / sizes,
        tally(begins),
        count_at(missing),
        tally(bare & ~numeral) / np.maximum(tally(within & ~numeral), 1),
        count_at(gap[size <= SLOT]),
        count_at(gap[(size > 1) & (size <= SLOT)]),
        first - offsets,
        last - offsets,
    )
