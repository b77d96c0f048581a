"""Find candidate pairs: documents whose sketches meet in several bands.

Nothing here says that two documents are duplicates; it says which pairs are worth reading. A bucket (the documents that
share one band key) of s documents holds s(s-1)/2 pairs. A crowded bucket, such as the one of a phrase that stands in
every tenth page, would make the work quadratic: its documents are paired with the first of them only, a star. Stars
lose nothing when the crowd are true copies (they are connected through the first) and little when they are not (a pair
has many other bands to meet in). They are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from newsclean.corpus.sketch import EMPTY, Int64, UInt8, UInt32

_ROWS_AT_ONCE = 100_000
"""Pair rows held in memory at once (8 bytes each, some arrays of them)."""
_PAIRS_AT_ONCE = 1 << 13


@dataclass(frozen=True)
class Candidates:
    """Pairs worth reading.

    Attributes:
        pairs: array of shape (pairs, 2), each row a < b, rows in ascending order, none twice.
        rows: how often two documents met in a band.
        crowded: number of buckets larger than the crowd limit, which were joined as stars.
        crowded_documents: how many documents stood in crowded buckets, a document counted once for each bucket.
    """

    pairs: Int64
    rows: int
    crowded: int
    crowded_documents: int


@dataclass(frozen=True)
class _Buckets:
    """The buckets of all bands, band after band.

    Attributes:
        order: documents, those of a bucket side by side and in ascending order.
        place: for each band and document where it stands in ``order``.
        reach: for each band and document how many of those behind it there it is to be paired with.
        star: pairs of the crowded buckets: first << 32 | other.
        crowded: how many buckets are crowded.
    """

    order: UInt32
    place: UInt32
    reach: UInt32
    star: Int64
    crowded: int


def _by_value(values: UInt32) -> Int64:
    """The stable order of values: two passes over halves, which numpy sorts by radix."""
    order = np.argsort(values.astype(np.uint16), kind="stable")
    return order.take(np.argsort((values >> np.uint32(16)).astype(np.uint16).take(order), kind="stable"))


def _buckets(sketches: UInt32, band_count: int, crowd: int) -> _Buckets:
    count = len(sketches)
    some = np.flatnonzero(sketches[:, 0] != EMPTY)  # documents with nothing to compare meet nobody
    shape = (band_count, count)
    orders, places, reaches = np.zeros(shape, np.uint32), np.zeros(shape, np.uint32), np.zeros(shape, np.uint32)
    stars = [np.empty(0, np.int64)]
    crowded = 0
    for band in range(band_count if len(some) else 0):
        values = sketches[some, band]
        order = _by_value(values)
        values = values.take(order)
        documents = some.take(order)
        begins = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
        sizes = np.diff(np.append(begins, len(values)))
        large = sizes > crowd
        for b, s in zip(begins[large].tolist(), sizes[large].tolist(), strict=True):
            stars.append((documents[b] << 32) | documents[b + 1 : b + s])
        crowded += int(large.sum())
        reach = np.repeat(begins + sizes - 1, sizes) - np.arange(len(values))
        reach[np.repeat(large, sizes)] = 0
        orders[band, : len(documents)] = documents
        places[band, documents] = np.arange(len(documents))
        reaches[band, documents] = reach
    return _Buckets(orders, places, reaches, np.concatenate(stars), crowded)


def _rows(buckets: _Buckets, first: int, last: int) -> Int64:
    """All meetings whose first document lies in a range, as a << 32 | b."""
    reach = buckets.reach[:, first:last]
    band, document = np.nonzero(reach)
    many = reach[band, document].astype(np.int64)
    begin = band * buckets.order.shape[1] + buckets.place[:, first:last][band, document] + 1
    begin -= np.cumsum(many) - many
    other = np.repeat(begin, many)
    other += np.arange(len(other))
    rows = np.repeat((document + first) << 32, many)
    rows |= buckets.order.ravel().take(other)
    return rows


def shared_rows(rows: Int64, shared: int) -> Int64:
    """Those meetings (a << 32 | b) that stand at least ``shared`` times, once each and in order."""
    table = max(16, len(rows).bit_length() + 1)
    if shared > 1:  # most pairs meet once: drop them by a small table of counts; what collides stays
        slots = _slots(rows, 29, table)
        rows = rows.compress(np.bincount(slots, minlength=1).take(slots) >= shared)
    # one row of each value stands for all, where no other value has its slot
    slots, here = _slots(rows, 23, table), np.arange(len(rows))
    standing = np.empty(1 << table, np.int64)
    standing[slots] = here
    standing = standing.take(slots)
    equal = rows.take(standing) == rows
    counts = np.bincount(standing.compress(equal), minlength=len(rows))
    often = rows.compress(counts >= shared)
    others = np.sort(rows.compress(~equal))
    if len(others):
        begins = np.flatnonzero(np.concatenate(([True], others[1:] != others[:-1])))
        sizes = np.diff(np.append(begins, len(others)))
        often = np.concatenate([often, others[begins[sizes >= shared]]])
    return np.sort(often)


def _slots(rows: Int64, shift: int, bits: int) -> Int64:
    """A place for each value in a table of 2 ** bits."""
    return (rows ^ (rows >> shift)) * 0x9E3779B97F4A7C1 >> 20 & ((1 << bits) - 1)


def candidates(
    sketches: UInt32, band_count: int = 32, *, shared: int = 2, agree: int = 0, crowd: int = 100
) -> Candidates:
    """Find the pairs of documents that meet in several bands.

    Args:
        sketches: shape (documents, bins), from `sketch`.
        band_count: bins that serve as bands, see `bands`.
        shared: bands in which two documents must meet.
        agree: bins in which their sketches must agree, see `agreeing`.
        crowd: a bucket of more documents than this is joined as a star.

    >>> from newsclean.corpus.sketch import sketch
    >>> texts = ["市政府昨日召开会议部署防汛工作", "今天多云转晴", "市政府昨日召开会议部署防汛王作"]
    >>> candidates(sketch(texts)).pairs.tolist()
    [[0, 2]]
    """
    buckets = _buckets(sketches, band_count, crowd)
    low = sketches.astype(np.uint8)  # what agrees in all bits agrees in these: most pairs need no more to be told apart
    pieces = [np.empty((0, 2), np.int64)]
    met = 0
    for rows in _partitions(buckets):
        met += len(rows)
        often = shared_rows(rows, shared)
        pairs = agreeing(low, np.stack([often >> 32, often & 0xFFFFFFFF], axis=1), agree)
        pieces.append(agreeing(sketches, pairs, agree))
    return Candidates(np.concatenate(pieces), met, buckets.crowded, len(buckets.star) + buckets.crowded)


def _partitions(buckets: _Buckets) -> Iterator[Int64]:
    """All pair rows, in parts of ascending pairs, so that memory stays bounded; equal ones are in one part."""
    load = buckets.reach.sum(axis=0, dtype=np.int64)
    star = np.sort(buckets.star)
    load += np.bincount(star >> 32, minlength=len(load))
    part = np.cumsum(load) // _ROWS_AT_ONCE
    for p in np.unique(part[load > 0]).tolist():
        first, last = np.searchsorted(part, [p, p + 1]).tolist()
        rows = _rows(buckets, first, last)
        begin, end = np.searchsorted(star, [first << 32, last << 32])
        # the first of a crowd meets all of it: its meetings are cut where the other document changes
        bounds = [first << 32, *star[begin:end:_ROWS_AT_ONCE][1:].tolist(), last << 32]
        for low, high in pairwise(bounds):
            some = rows if len(bounds) == 2 else rows[(rows >= low) & (rows < high)]
            begin, end = np.searchsorted(star, [low, high])
            yield np.concatenate([some, star[begin:end]])


def agreeing(sketches: UInt32 | UInt8, pairs: Int64, agree: int) -> Int64:
    """Keep the pairs whose sketches agree in at least ``agree`` bins.

    >>> import numpy as np
    >>> from newsclean.corpus.sketch import sketch
    >>> s = sketch(["市政府昨日召开会议部署防汛工作", "今天多云转晴", "市政府昨日召开会议部署防汛王作"])
    >>> agreeing(s, np.array([[0, 1], [0, 2]]), 6).tolist()
    [[0, 2]]
    """
    kept = np.empty(len(pairs), np.bool_)
    for i in range(0, len(pairs), _PAIRS_AT_ONCE):
        a, b = pairs[i : i + _PAIRS_AT_ONCE].T
        kept[i : i + _PAIRS_AT_ONCE] = agreements(sketches.take(a, axis=0), sketches.take(b, axis=0)) >= agree
    return pairs[kept]


def agreements(a: UInt32 | UInt8, b: UInt32 | UInt8) -> Int64:
    """In how many bins each row of ``a`` agrees with the row of ``b``: eight comparisons are added up at once.

    >>> import numpy as np
    >>> agreements(np.array([[1, 2, 3, 4] * 2], np.uint32), np.array([[1, 0, 3, 4] * 2], np.uint32)).tolist()
    [6]
    """
    lanes = (a == b).view(np.uint64)
    total = np.zeros(len(a), np.int64)
    for i in range(0, lanes.shape[1], 31):  # a lane of eight bits holds 31 * 8 = 248 at most when the lanes are added
        eight = lanes[:, i : i + 31].sum(axis=1, dtype=np.uint64)
        total += (eight * np.uint64(0x0101010101010101) >> np.uint64(56)).astype(np.int64)
    return total
