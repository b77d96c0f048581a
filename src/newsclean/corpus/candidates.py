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

import numpy as np

from newsclean.corpus.sketch import Bool, Int64, UInt32, UInt64, bands

_ROWS_AT_ONCE = 1_500_000
"""Pair rows held in memory at once (8 bytes each, sorted in place)."""


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
    """One band, sorted: ``order[i]`` is a document, to be paired with the ``reach[i]`` documents that follow it."""

    order: UInt32
    reach: UInt32
    star: Int64  # pairs of the crowded buckets: first << 32 | other
    crowded: int


def _buckets(keys: UInt64, crowd: int) -> _Buckets:
    if not len(keys):
        none = np.empty(0, np.uint32)
        return _Buckets(none, none, np.empty(0, np.int64), 0)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    begins = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    sizes = np.diff(np.append(begins, len(ordered)))
    sizes[ordered[begins] == 0] = 1  # documents with nothing to compare meet nobody
    many = sizes > 1
    begins, sizes = begins[many], sizes[many]
    large = sizes > crowd
    star = [
        (order[b] << 32) | order[b + 1 : b + s]
        for b, s in zip(begins[large].tolist(), sizes[large].tolist(), strict=True)
    ]
    begins, sizes = begins[~large], sizes[~large]
    total = int(sizes.sum())
    inside = np.arange(total) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return _Buckets(
        order[np.repeat(begins, sizes) + inside].astype(np.uint32),
        (np.repeat(sizes, sizes) - inside - 1).astype(np.uint32),
        np.concatenate(star) if star else np.empty(0, np.int64),
        int(large.sum()),
    )


def _pair_rows(bucket: _Buckets, chosen: Bool) -> Int64:
    """Pairs of the chosen rows with those that follow them in their bucket, as a << 32 | b."""
    rows = np.flatnonzero(chosen)
    reach = bucket.reach[rows].astype(np.int64)
    total = int(reach.sum())
    after = np.arange(1, total + 1) - np.repeat(np.cumsum(reach) - reach, reach)
    other = bucket.order[np.repeat(rows, reach) + after]
    pairs: Int64 = np.repeat(bucket.order[rows].astype(np.int64) << 32, reach) | other
    return pairs


def _shared(rows: Int64, shared: int) -> Int64:
    """Those rows that stand at least ``shared`` times, once each and in order."""
    if shared > 1 and len(rows) > 1024:
        # most pairs meet once: drop them by a small table of counts before sorting; what collides stays
        slots = (rows ^ (rows >> 29)) * 0x9E3779B97F4A7C1 >> 20 & ((1 << 22) - 1)
        counts = np.bincount(slots, minlength=1)
        rows = rows[counts[slots] >= shared]
    rows = np.sort(rows)
    if not len(rows):
        return rows
    begins = np.flatnonzero(np.concatenate(([True], rows[1:] != rows[:-1])))
    sizes = np.diff(np.append(begins, len(rows)))
    return rows[begins[sizes >= shared]]


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
    columns = [_buckets(bands(sketches[:, i : i + 1], 1)[:, 0], crowd) for i in range(band_count)]
    pieces = [np.empty((0, 2), np.int64)]
    for rows in _partitions(columns, len(sketches)):
        met = _shared(rows, shared)
        pieces.append(agreeing(sketches, np.stack([met >> 32, met & 0xFFFFFFFF], axis=1), agree))
    star_rows = sum(len(c.star) for c in columns)
    crowded = sum(c.crowded for c in columns)
    return Candidates(
        np.concatenate(pieces),
        sum(int(c.reach.sum(dtype=np.int64)) for c in columns) + star_rows,
        crowded,
        star_rows + crowded,
    )


def _partitions(columns: list[_Buckets], documents: int) -> Iterator[Int64]:
    """All pair rows, in parts by the first document of the pair, so that memory stays bounded."""
    load = np.zeros(documents + 1, np.int64)
    for column in columns:
        load[:documents] += np.bincount(column.order, weights=column.reach, minlength=documents).astype(np.int64)
        load[:documents] += np.bincount(column.star >> 32, minlength=documents)
    part = np.cumsum(load) // _ROWS_AT_ONCE
    for p in np.unique(part[:documents][load[:documents] > 0]):
        first, last = np.searchsorted(part[:documents], [p, p + 1])
        rows = []
        for column in columns:
            rows.append(_pair_rows(column, (column.order >= first) & (column.order < last)))
            centre = column.star >> 32
            rows.append(column.star[(centre >= first) & (centre < last)])
        yield np.concatenate(rows)


def agreeing(sketches: UInt32, pairs: Int64, agree: int) -> Int64:
    """Keep the pairs whose sketches agree in at least ``agree`` bins.

    >>> import numpy as np
    >>> from newsclean.corpus.sketch import sketch
    >>> s = sketch(["市政府昨日召开会议部署防汛工作", "今天多云转晴", "市政府昨日召开会议部署防汛王作"])
    >>> agreeing(s, np.array([[0, 1], [0, 2]]), 6).tolist()
    [[0, 2]]
    """
    kept = np.empty(len(pairs), np.bool_)
    step = 1 << 14
    for i in range(0, len(pairs), step):
        a, b = pairs[i : i + step].T
        kept[i : i + step] = (sketches[a] == sketches[b]).sum(axis=1) >= agree
    return pairs[kept]
