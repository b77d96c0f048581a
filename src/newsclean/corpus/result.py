"""What was found, as data to work with: kept documents, groups, pairs with their scores, and why each document went."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from newsclean.corpus.groups import choose, connected, grouped, keep_key
from newsclean.corpus.sketch import Int64
from newsclean.corpus.spans import SharedSpan, shared_spans
from newsclean.corpus.verify import Pairs, Verdict


class Pair(NamedTuple):
    """Two documents that are alike.

    `similarity` is the share of the shorter one's characters that stand in the other. `verdict` says why the pair is
    not taken for duplicates however alike: ``"numbers"``, ``"form"``, ``"part"``, ``"short"``; or ``"same"``.
    """

    a: Any
    b: Any
    similarity: float
    jaccard: float
    containment: float
    verdict: str
    duplicate: bool

    @classmethod
    def scored(
        cls, a: Any, b: Any, jaccard: float, containment: float, similarity: float, verdict: int, *, threshold: float
    ) -> Pair:
        """A pair from its scores, as columns have them, at a threshold."""
        duplicate = verdict == Verdict.SAME and similarity >= threshold
        return cls(a, b, similarity, jaccard, containment, Verdict(verdict).name.lower(), duplicate)


class Dropped(NamedTuple):
    """A document that was not kept: the one kept instead, and the duplicate nearest to it with their similarity."""

    id: Any
    kept: Any
    nearest: Any
    similarity: float


class SharedPart(NamedTuple):
    """A passage that stands in two documents: paragraph numbers from 0."""

    a: Any
    a_paragraph: int
    b: Any
    b_paragraph: int
    similarity: float


@dataclass(frozen=True)
class Counts:
    """What was done, so that nothing is left out in silence.

    Attributes:
        documents: documents (or paragraphs) read.
        empty: of these, those without a character to compare; they are kept.
        meetings: how often two documents met in a band.
        candidates: pairs whose sketches agreed enough to be read.
        alike: pairs recorded in the result.
        crowded: buckets so large that their documents were paired with the first only.
        crowded_documents: documents in these, counted once for each bucket.
        unaligned: pairs too long to align, judged by their n-grams alone.
    """

    documents: int = 0
    empty: int = 0
    meetings: int = 0
    candidates: int = 0
    alike: int = 0
    crowded: int = 0
    crowded_documents: int = 0
    unaligned: int = 0


class Place(NamedTuple):
    """A paragraph: the document it stands in, and its number there from 0."""

    id: Any
    paragraph: int


@dataclass(frozen=True, repr=False)
class Result:
    """The outcome of `dedupe`.

    Attributes:
        ids: the documents in the order they came; `Place` for paragraphs.
        pairs: all verified pairs as columns; ``a`` and ``b`` are positions in `ids`.
        threshold: similarity from which a pair counts as duplicates.
        keep: the keep policy.
        counts: what was done.
        fetch: gives the texts of positions.
        items: gives the items of positions, for a keep function; the texts where the input has none.
        least: similarity below which pairs were not recorded.
    """

    ids: Sequence[Any]
    pairs: Pairs
    threshold: float
    keep: str | Callable[[Any], Any] = "first"
    counts: Counts = field(default_factory=Counts)
    fetch: Callable[[list[int]], Sequence[str]] = field(default=lambda wanted: [""] * len(wanted), repr=False)
    items: Callable[[list[int]], Sequence[Any]] | None = field(default=None, repr=False)
    least: float = 0.25

    def at(self, threshold: float) -> Result:
        """The same result at another threshold; nothing is hashed or read again.

        Raises:
            ValueError: for a threshold below `least`, under which pairs are not recorded, or above 1.
        """
        if not self.least <= threshold <= 1:
            raise ValueError(
                f"pairs are recorded from a similarity of {self.least} to 1, not {threshold}; "
                "for a lower threshold, deduplicate with it anew"
            )
        return replace(self, threshold=threshold)

    @cached_property
    def _grouped(self) -> tuple[Int64, Int64]:
        """Members of the groups, group after group, and the size of each; arrays, as there may be millions."""
        linked = self.pairs.linked(self.threshold)
        documents, first = connected(self.pairs.a[linked], self.pairs.b[linked])
        members, sizes = grouped(first)
        return documents.take(members), sizes

    def _groups(self, some: int = 1000) -> Iterator[list[list[int]]]:
        """The groups, some at a time."""
        members, sizes = self._grouped
        begin = 0
        for first in range(0, len(sizes), some):
            ends = np.cumsum(sizes[first : first + some])
            part = members[begin : begin + int(ends[-1])].tolist()
            begin += len(part)
            yield [part[b:e] for b, e in pairwise([0, *ends.tolist()])]

    @cached_property
    def _kept(self) -> Int64:
        """For each of the members the document of its group that is kept."""
        key = keep_key(self.keep)
        members, sizes = self._grouped
        if not key:
            return np.repeat(members[np.cumsum(sizes) - sizes], sizes)
        chosen: list[int] = []
        for some in self._groups():
            wanted = [m for g in some for m in g]
            texts = self.fetch(wanted)
            items = self.items(wanted) if self.items else texts
            values = {m: key(i, t) for m, i, t in zip(wanted, items, texts, strict=True)}
            chosen += (choose(g, values) for g in some)
        return np.repeat(np.array(chosen, np.int64), sizes)

    @property
    def positions(self) -> list[int]:
        """Positions of the documents that are kept, in order."""
        return [*self.kept_positions()]

    def kept_positions(self) -> Iterator[int]:
        """The same one after another, for corpora of which even a list of numbers is large."""
        members, _ = self._grouped
        stays = np.ones(len(self.ids), np.bool_)
        stays[members[members != self._kept]] = False
        for first in range(0, len(stays), 1 << 16):
            yield from (np.flatnonzero(stays[first : first + (1 << 16)]) + first).tolist()

    @property
    def kept(self) -> list[Any]:
        """Ids of the documents that are kept, in order."""
        return [self.ids[i] for i in self.positions]

    @property
    def groups(self) -> list[list[Any]]:
        """Ids of duplicates, groups of two and more, each in the order of the input, ordered by their first."""
        return [*self.iter_groups()]

    def iter_groups(self) -> Iterator[list[Any]]:
        """The groups one after another."""
        for some in self._groups():
            for g in some:
                yield [self.ids[i] for i in g]

    @property
    def dropped(self) -> list[Dropped]:
        """Why each document went."""
        best: dict[int, tuple[float, int]] = {}
        kept_of = dict(zip(self._grouped[0].tolist(), self._kept.tolist(), strict=True))
        linked = self.pairs.linked(self.threshold)
        columns = (self.pairs.a[linked], self.pairs.b[linked], self.pairs.similarity[linked])
        for a, b, score in zip(*(c.tolist() for c in columns), strict=True):
            for one, other in ((a, b), (b, a)):
                # the kept document itself before another duplicate, then the most similar, then the first
                value = (kept_of[one] == other, score, -other)
                if one not in best or value > (kept_of[one] == best[one][1], best[one][0], -best[one][1]):
                    best[one] = (score, other)
        return [
            Dropped(self.ids[i], self.ids[kept], self.ids[best[i][1]], best[i][0])
            for i, kept in sorted(kept_of.items())
            if kept != i
        ]

    def _pair(self, i: int) -> Pair:
        a, b, *scores = (getattr(self.pairs, name)[i].item() for name in Pairs.COLUMNS)
        return Pair.scored(self.ids[a], self.ids[b], *scores, threshold=self.threshold)

    def __iter__(self) -> Iterator[Pair]:
        """All recorded pairs, in the order of the documents."""
        return map(self._pair, range(len(self.pairs)))

    def nearest(self, count: int = 20) -> list[Pair]:
        """The pairs nearest to the threshold, those that are worth a look."""
        same = np.flatnonzero(self.pairs.verdict == Verdict.SAME)
        distance = np.abs(self.pairs.similarity[same] - self.threshold)
        return [self._pair(i) for i in same[np.argsort(distance, kind="stable")[:count]].tolist()]

    @cached_property
    def _position(self) -> dict[Any, int]:
        return {id_: i for i, id_ in enumerate(self.ids)}

    def spans(self, pair: Pair) -> list[SharedSpan]:
        """The passages that two documents share, as spans of their texts."""
        a, b = self.fetch([self._position[pair.a], self._position[pair.b]])
        return shared_spans(a, b)

    def shared_parts(self) -> list[SharedPart]:
        """Paragraphs that stand in two documents (when deduplicated by paragraph), ordered by documents.

        Documents with a shared part need not be duplicates: the same article on two pages or in two editions is one.
        """
        out = [
            SharedPart(p.a.id, p.a.paragraph, p.b.id, p.b.paragraph, p.similarity)
            for p in self
            if p.duplicate and isinstance(p.a, Place) and isinstance(p.b, Place) and p.a.id != p.b.id
        ]
        order = {(place.id if isinstance(place, Place) else place): i for i, place in reversed([*enumerate(self.ids)])}
        return sorted(out, key=lambda s: (order[s.a], order[s.b], s.a_paragraph, s.b_paragraph))

    def __repr__(self) -> str:
        """How much was read, dropped and kept, on one line."""
        return f"Result({self})"

    def __str__(self) -> str:
        members, sizes = self._grouped
        gone = int((members != self._kept).sum())
        return f"{len(self.ids)} read, {gone} dropped in {len(sizes)} groups, {len(self.ids) - gone} kept"


def with_spans(
    pairs: Iterable[tuple[tuple[int, int], Pair]], fetch: Callable[[list[int]], Sequence[str]]
) -> Iterator[tuple[Pair, list[SharedSpan]]]:
    """A block of pairs, given with their positions, with their shared passages; each text is fetched once."""
    pairs = [*pairs]
    wanted = sorted({place for places, _ in pairs for place in places})
    text = dict(zip(wanted, fetch(wanted), strict=True))
    for (a, b), pair in pairs:
        yield pair, shared_spans(text[a], text[b])
