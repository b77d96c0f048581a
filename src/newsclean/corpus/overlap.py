"""Measure exactly what pairs of documents share, a block of documents at once.

Each n-gram of a block has a place in a table, and no two of one document have the same. Then a pair costs two array
operations: write the n-grams of the longer document to their places, and look up those of the shorter one. What follows
(characters covered, gaps, numbers that are missing) is counted for all pairs of the block together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from newsclean.corpus.sketch import NGRAM, Bool, Int64, UInt16, UInt32, encode, hash_ngrams

NUMERALS = frozenset("0123456789〇零一二三四五六七八九十百千万亿")
SLOT = 8
"""Characters: a gap that a name or a number with its measure leaves is not wider."""

_TABLE_BITS = 17


@dataclass(frozen=True)
class Documents:
    """A block of documents, ready to be compared.

    Attributes:
        codes: UTF-16 units of all documents as they are compared.
        labels: the units renamed, see `Scratch`.
        ngram: for each unit the hash of the n-gram that begins there; the last units of a document begin none.
        place: the place of each n-gram in the table of `Scratch`.
        once: flags one of all equal n-grams of a document.
        numeral: whether a unit is a figure or a Chinese numeral.
        starts: document ``i`` is ``codes[starts[i]:starts[i + 1]]``.
        distinct: different n-grams of each document.
    """

    codes: UInt16
    labels: UInt16
    ngram: UInt32
    place: Int64
    once: Bool
    numeral: Bool
    starts: Int64
    distinct: Int64

    @cached_property
    def labelled(self) -> str:
        """All documents in labels, one character for each unit."""
        return self.labels.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


class Scratch:
    """Tables that one block after another is measured with, so that each need not ask for memory anew.

    Units are renamed for alignment: a matcher looks values below 256 up in a plain table, others in a hash table, and
    alignment does not care for names. First come the numerals, then the others as often as the first block has them.
    """

    def __init__(self) -> None:
        self.seen = np.empty(1 << _TABLE_BITS, np.int32)
        self.stamp = np.zeros(1 << _TABLE_BITS, np.uint32)
        self.label: UInt16 | None = None

    def labels(self, codes: Int64) -> UInt16:
        """The units under their other names."""
        if self.label is None:
            counts = np.bincount(codes, minlength=1 << 16)
            counts[[*map(ord, sorted(NUMERALS))]] = len(codes) + 1
            self.label = np.empty(1 << 16, np.uint16)
            self.label[np.argsort(-counts, kind="stable")] = np.arange(1 << 16)
        return self.label.take(codes)

    def grow(self, room: int) -> None:
        """Make place for so many entries."""
        if room > len(self.stamp):
            self.stamp = np.zeros(room, np.uint32)


def prepare(texts: Sequence[str], scratch: Scratch) -> Documents:
    """Encode a block of documents and give their n-grams places."""
    batch = encode(texts)
    labels = scratch.labels(batch.codes.astype(np.int64))
    ngram = np.zeros(len(labels), np.uint32)
    hashes = hash_ngrams(batch.codes)
    np.maximum(hashes, 1, out=ngram[: len(hashes)])  # 0 is an empty place
    place = (ngram >> np.uint32(32 - _TABLE_BITS)).astype(np.int64)
    here = np.arange(len(labels), dtype=np.int32)
    held = np.full(len(labels), -1, np.int32)  # for each n-gram the last one of the document that has its place
    ends = batch.starts[1:] - NGRAM + 1
    for begin, end in zip(batch.starts[:-1].tolist(), ends.tolist(), strict=True):
        if begin < end:
            own = place[begin:end]
            scratch.seen[own] = here[begin:end]
            held[begin:end] = scratch.seen.take(own)
    once = held == here
    later = np.flatnonzero(held > here)
    clash = later[ngram.take(held.take(later)) != ngram.take(later)]
    if len(clash):
        # two n-grams of one document fall on a place: all n-grams there get places of their own behind the table's end
        taken = np.zeros(1 << _TABLE_BITS, np.bool_)
        taken[place.take(clash)] = True
        moved = np.flatnonzero(taken.take(place))
        owner = np.searchsorted(batch.starts, moved, side="right") - 1
        inside = moved < ends[owner]
        moved, owner = moved[inside], owner[inside]
        different, number = np.unique(ngram.take(moved), return_inverse=True)
        place[moved] = (1 << _TABLE_BITS) + number
        scratch.grow((1 << _TABLE_BITS) + len(different))
        once[moved] = False
        once[moved[np.unique(owner * len(different) + number, return_index=True)[1]]] = True
    distinct = np.diff(np.searchsorted(np.flatnonzero(once), batch.starts))
    return Documents(batch.codes, labels, ngram, place, once, labels < len(NUMERALS), batch.starts, distinct)


@dataclass(frozen=True)
class Overlap:
    """What pairs share, one value for each pair.

    Attributes:
        common: different n-grams that both have.
        coverage: share of the shorter document's units that stand in an n-gram which the longer one has.
        shared: for each unit of the shorter documents, one pair's after the other's, whether the longer one has the
            n-gram that begins there.
        covered: for each of these units whether it stands in an n-gram which the longer one has.
        offsets: where the units of each pair begin, and the end of the last.
    """

    common: Int64
    coverage: npt.NDArray[np.float64]
    shared: Bool
    covered: Bool
    offsets: Int64


def overlap(documents: Documents, short: Int64, long: Int64, scratch: Scratch) -> Overlap:
    """Measure the pairs ``(short[i], long[i])``, each document of at least one n-gram; quickest if ordered by `long`."""
    starts, ngram, place, stamp = documents.starts, documents.ngram, documents.place, scratch.stamp
    sizes = starts[short + 1] - starts[short]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    shared = np.zeros(int(offsets[-1]), np.bool_)
    once = np.zeros(len(shared), np.bool_)
    longs = zip(starts[long].tolist(), (starts[long + 1] - NGRAM + 1).tolist(), strict=True)
    shorts = zip(starts[short].tolist(), (starts[short + 1] - NGRAM + 1).tolist(), offsets[:-1].tolist(), strict=True)
    stamped, written = -1, place[:0]
    for (a, b), (c, d, at) in zip(longs, shorts, strict=True):
        if a != stamped:
            stamp[written] = 0
            stamped, written = a, place[a:b]
            stamp[written] = ngram[a:b]
        np.equal(stamp.take(place[c:d]), ngram[c:d], out=shared[at : at + d - c])
        once[at : at + d - c] = documents.once[c:d]
    stamp[written] = 0
    covered = shared.copy()
    for i in range(1, NGRAM):
        covered[i:] |= shared[:-i]
    once &= shared
    coverage = np.add.reduceat(covered, offsets[:-1], dtype=np.int64) / sizes
    return Overlap(np.add.reduceat(once, offsets[:-1], dtype=np.int64), coverage, shared, covered, offsets)


@dataclass(frozen=True)
class Gaps:
    """What of the shorter documents of pairs the longer ones do not have, one value for each pair.

    Attributes:
        numbers, missing_numbers: numbers of the shorter one, and those of them that are not covered, from `SLOT` units
            before the first shared n-gram to `SLOT` units behind the last.
        noise: share of the other units there that are not covered.
        gaps, wide_gaps: uncovered stretches there of up to `SLOT` units, and those of them of two or more.
        first, last: the first and the last shared n-gram's place in the shorter document.
    """

    numbers: Int64
    missing_numbers: Int64
    noise: npt.NDArray[np.float64]
    gaps: Int64
    wide_gaps: Int64
    first: Int64
    last: Int64


def gaps(documents: Documents, short: Int64, found: Overlap, chosen: Int64) -> Gaps:
    """Measure the gaps of the chosen pairs (their numbers in ``found``), each of at least one shared n-gram."""
    if not len(chosen):
        none = np.empty(0, np.int64)
        return Gaps(none, none, np.empty(0), none, none, none, none)
    parts = [slice(b, e) for b, e in zip(found.offsets[chosen].tolist(), found.offsets[chosen + 1].tolist(), strict=True)]
    shared = np.concatenate([found.shared[part] for part in parts])
    bare = ~np.concatenate([found.covered[part] for part in parts])
    begins, ends = documents.starts[short[chosen]].tolist(), documents.starts[short[chosen] + 1].tolist()
    numeral = np.concatenate([documents.numeral[b:e] for b, e in zip(begins, ends, strict=True)])
    sizes = found.offsets[chosen + 1] - found.offsets[chosen]
    offsets = np.cumsum(sizes) - sizes
    where = np.flatnonzero(shared)
    edge = np.searchsorted(where, np.append(offsets, len(shared)))
    first, last = where[edge[:-1]], where[edge[1:] - 1]

    # a number at the very beginning or end stands next to the shared part, not in it
    turns = np.zeros(len(shared) + 1, np.int8)
    turns[np.maximum(first - SLOT, offsets)] += 1
    turns[np.minimum(last + NGRAM + SLOT, offsets + sizes)] -= 1
    within = np.cumsum(turns[:-1], dtype=np.int8).view(np.bool_)
    numeral &= within
    bare &= within
    numbers = numeral.copy()
    numbers[1:] &= ~numeral[:-1]
    numbers[offsets] = numeral[offsets]
    missing = np.flatnonzero(numeral & bare)
    which = np.searchsorted(np.flatnonzero(numbers), missing, side="right")
    missing = missing[np.diff(which, prepend=-1) > 0]  # one of each number

    def tally(flags: Bool) -> Int64:
        return np.add.reduceat(flags, offsets, dtype=np.int64)

    def count_at(places: Int64) -> Int64:
        return np.bincount(np.searchsorted(offsets, places, side="right") - 1, minlength=len(chosen))

    opens, closes = bare.copy(), bare.copy()  # a gap ends where its document ends
    opens[1:] &= ~bare[:-1]
    opens[offsets] = bare[offsets]
    closes[:-1] &= ~bare[1:]
    closes[offsets + sizes - 1] = bare[offsets + sizes - 1]
    gap = np.flatnonzero(opens)
    size = np.flatnonzero(closes) + 1 - gap
    return Gaps(
        tally(numbers),
        count_at(missing),
        tally(bare & ~numeral) / np.maximum(tally(within & ~numeral), 1),
        count_at(gap[size <= SLOT]),
        count_at(gap[(size > 1) & (size <= SLOT)]),
        first - offsets,
        last - offsets,
    )
