"""Read a sample of the n-grams first, and leave out the candidates that are not worth reading whole.

Two documents that share a sentence or two meet in the bands as often as two that repeat each other with every fifth
character misread. What tells them apart is where the shared n-grams stand: over the whole text, or in one place with
long stretches beside it of which the other document has nothing. An eighth of the n-grams, chosen by their hash and so
the same in both documents, shows that well enough.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from newsclean.corpus.sketch import NGRAM, Bool, Encoded, Int64, UInt16, UInt32, batches, encode, hash_ngrams

Float64 = npt.NDArray[np.float64]

_ONE_IN_BITS = 3  # one n-gram in eight
_PLACE_BITS = 13
_LEAST, _MOST = 24, 2048  # sampled n-grams: fewer tell nothing, more would crowd the table; such pairs are read whole
_STRETCH = 10  # sampled n-grams; where 30 % of the characters are misread, two fifths of a text lie in such by chance
_LONGS_AT_ONCE = 64
_PAIRS_AT_ONCE = 1 << 14


@dataclass(frozen=True)
class Samples:
    """Sampled n-grams of a block of documents, in the order of the text.

    Attributes:
        hashes: of all documents, one after another, and one more at the end.
        starts: document ``i`` has ``hashes[starts[i]:starts[i + 1]]``.
        sizes: UTF-16 units of each document as they are compared.
    """

    hashes: UInt32
    starts: Int64
    sizes: Int64

    def counts(self, documents: Int64) -> Int64:
        """How many n-grams of each of these documents are in the sample."""
        return self.starts[documents + 1] - self.starts[documents]


class Sampler:
    """Collects samples of batches that are hashed anyway."""

    def __init__(self) -> None:
        self.hashes: list[UInt32] = []
        self.counts: list[Int64] = [np.zeros(1, np.int64)]
        self.sizes: list[Int64] = [np.empty(0, np.int64)]

    def add(self, batch: Encoded, hashes: UInt32) -> None:
        """Sample a batch of documents whose n-grams have these hashes."""
        sampled = (hashes & np.uint32((1 << _ONE_IN_BITS) - 1)) == 0
        over = (batch.starts[1:, None] - np.arange(1, NGRAM)).ravel()
        sampled[over[(over >= 0) & (over < len(sampled))]] = False  # n-grams that run over the end of a text
        chosen = np.flatnonzero(sampled)
        self.hashes.append(hashes.take(chosen))
        self.counts.append(np.diff(np.searchsorted(chosen, batch.starts)))
        self.sizes.append(np.diff(batch.starts))

    def samples(self) -> Samples:
        """All of them."""
        return Samples(
            np.concatenate([*self.hashes, np.zeros(1, np.uint32)]),
            np.cumsum(np.concatenate(self.counts)),
            np.concatenate(self.sizes),
        )


def sample(texts: Sequence[str]) -> Samples:
    """Sample the n-grams of a block of documents.

    >>> text = "".join(map(chr, range(0x4E00, 0x4F00)))
    >>> both = sample([text, "要闻" + text])
    >>> a, b = (set(both.hashes[both.starts[i]:both.starts[i + 1]].tolist()) for i in (0, 1))
    >>> 15 < len(a) < 50, a <= b
    (True, True)
    """
    sampler = Sampler()
    for first, last in batches(texts):
        batch = encode(texts[first:last])
        sampler.add(batch, hash_ngrams(batch.codes))
    return sampler.samples()


class Screen:
    """Tells which pairs are worth reading; its table serves one block after another."""

    def __init__(self) -> None:
        self.table: UInt16 = np.zeros(_LONGS_AT_ONCE << _PLACE_BITS, np.uint16)

    def worth_reading(self, samples: Samples, pairs: Int64, least: float) -> Bool:
        """Which pairs may have so large a share of the shorter document in common.

        Args:
            samples: of the documents.
            pairs: shape (pairs, 2), positions in the samples.
            least: the share; a pair goes if long stretches without anything in common leave less of the shorter one.
        """
        worth = [self._worth(samples, pairs[i : i + _PAIRS_AT_ONCE], least) for i in range(0, len(pairs), _PAIRS_AT_ONCE)]
        return np.concatenate([np.empty(0, np.bool_), *worth])

    def _worth(self, samples: Samples, pairs: Int64, least: float) -> Bool:
        swap = samples.sizes[pairs[:, 0]] > samples.sizes[pairs[:, 1]]
        short, long = np.where(swap, pairs[:, 1], pairs[:, 0]), np.where(swap, pairs[:, 0], pairs[:, 1])
        worth = (samples.counts(short) < _LEAST) | (samples.counts(long) > _MOST)
        order = np.flatnonzero(~worth)
        order = order[np.argsort(long[order], kind="stable")]
        longs, number = np.unique(long[order], return_inverse=True)
        cuts = np.searchsorted(number, np.arange(0, len(longs) + _LONGS_AT_ONCE, _LONGS_AT_ONCE)).tolist()
        for part, (begin, end) in enumerate(itertools.pairwise(cuts)):
            some = order[begin:end]
            first = part * _LONGS_AT_ONCE
            own = longs[first : first + _LONGS_AT_ONCE]
            worth[some] = self._reach(samples, short[some], own, number[begin:end] - first) >= least
        return worth

    def _reach(self, samples: Samples, short: Int64, longs: Int64, which: Int64) -> Float64:
        """Share of each shorter document outside long stretches of which ``longs[which]`` has nothing."""
        place, tag, _ = _rows(samples, longs, np.arange(len(longs)), 0)
        self.table[place] = tag
        looked, wanted, row = _rows(samples, short, which, 1)
        found = self.table.take(looked) == wanted
        self.table[place] = 0
        sizes = samples.counts(short)
        found[np.cumsum(sizes + 1) - 1] = True  # behind its last n-gram each document has a stop
        stops = np.flatnonzero(found)
        stretch = np.diff(stops, prepend=-1) - 1
        wide = np.flatnonzero(stretch >= _STRETCH)
        foreign = np.bincount(row.take(stops.take(wide)), stretch.take(wide), len(short))
        share: Float64 = 1 - foreign / sizes
        return share


def _rows(samples: Samples, documents: Int64, tables: Int64, more: int) -> tuple[Int64, UInt16, Int64]:
    """For the sampled n-grams of documents, and so many behind each: place in the table, what stands there, document."""
    sizes = samples.counts(documents) + more
    begins = samples.starts[documents] - (np.cumsum(sizes) - sizes)
    row = np.repeat(np.arange(len(documents)), sizes)
    hashes = samples.hashes.take(begins.take(row) + np.arange(len(row)))
    place = (tables << _PLACE_BITS).take(row) + (hashes >> np.uint32(32 - _PLACE_BITS))
    return place, np.maximum((hashes >> np.uint32(_ONE_IN_BITS)).astype(np.uint16), 1), row
