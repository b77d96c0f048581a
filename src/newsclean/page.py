"""What was read off a page, as plain frozen data: blocks, articles, and what was dropped.

All offsets are code points into the page's text as it was read, nothing stripped, newlines as they stand. Every
character of the page that is not white space stands in exactly one block or one dropped piece
(:meth:`Page.unaccounted` finds those that do not).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from newsclean.trace import Span

Kind = Literal[
    "banner", "kicker", "headline", "subtitle", "byline", "subhead", "paragraph", "caption", "jump", "furniture"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""The kinds of block: 栏目, 引题, 主题, 副题, 署名, 小标题, 正文, 图片说明, 转版 (下转, 上接), and the page's furniture."""

Reason = Literal["duplicate", "furniture", "noise"]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page.

    Attributes:
        kind: what the block is, one of :data:`KINDS`.
        text: its clean text, on one line.
        source: where it stands on the page, in reading order; the pieces hold no line break at their edges.
        article: index into :attr:`Page.articles`, or None where it belongs to none.
        lost_start: its beginning is not on the page: it begins in mid-sentence and nothing leads into it.
        lost_end: its end is not on the page.
    """

    kind: Kind
    text: str
    source: tuple[Span, ...]
    article: int | None = None
    lost_start: bool = False
    lost_end: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """The fields of one article; its blocks name it by its index.

    Attributes:
        banner, kicker, headline, subtitle: the clean text of its titles, or None where the page has none.
        byline: the people who wrote it, each once, in the order of the page.
        blocks: indices into :attr:`Page.blocks` in the order in which they are read. A scattered article's order of
            reading may differ from the order on the page.
    """

    banner: str | None = None
    kicker: str | None = None
    headline: str | None = None
    subtitle: str | None = None
    byline: tuple[str, ...] = ()
    blocks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """A piece of the page that stands in no block, and why.

    Attributes:
        source: where it stands on the page.
        reason: ``"duplicate"``, ``"furniture"`` or ``"noise"``.
        of: for a duplicate, the index of the block that it repeats; for noise that an engine made of the rows of
            several columns, the index of the block in which its row was read by itself.
        likeness: for both of these, how like that block's passage it is, from 0 to 1.
    """

    source: tuple[Span, ...]
    reason: Reason
    of: int | None = None
    likeness: float | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """A page that has been read.

    Attributes:
        blocks: in the order in which they stand on the page; of one read in strips, on the print.
        articles: in the order in which they begin on the page.
        dropped: what stands in no block.
        id: a name for the page, usually its file's name without the ending.
        notes: what a reader of the page should know: suggestions below the level at which they are carried out, and
            faults that cannot be set right from the text (such as interleaved columns).

    >>> block = Block("headline", "两次援遵显担当", ((0, 7),), article=0)
    >>> page = Page((block,), (Article(headline="两次援遵显担当", blocks=(0,)),))
    >>> Page.from_json(page.to_json()) == page
    True
    """

    blocks: tuple[Block, ...] = ()
    articles: tuple[Article, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    id: str | None = None
    notes: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        """How much the page holds, on one line."""
        name = "" if self.id is None else f"id={self.id!r}, "
        return f"Page({name}articles={len(self.articles)}, blocks={len(self.blocks)}, dropped={len(self.dropped)})"

    def body(self, article: Article) -> str:
        """The running text of an article in its order of reading: each paragraph and subhead on a line.

        >>> page = Page((Block("headline", "两次援遵显担当", ((0, 7),), 0), Block("paragraph", "他又来了。", ((8, 13),), 0)),
        ...             (Article(headline="两次援遵显担当", blocks=(0, 1)),))
        >>> [(article.headline, page.body(article)) for article in page.articles]
        [('两次援遵显担当', '他又来了。')]
        """
        return "\n".join(self.blocks[k].text for k in article.blocks if self.blocks[k].kind in ("subhead", "paragraph"))

    def to_json(self) -> dict[str, Any]:
        """The page as plain lists and dicts that :func:`json.dumps` takes; fields that say nothing are left out."""
        return {
            "id": self.id,
            "blocks": [
                {
                    "kind": b.kind,
                    "text": b.text,
                    "source": [list(span) for span in b.source],
                    "article": b.article,
                    "lost_start": b.lost_start,
                    "lost_end": b.lost_end,
                }
                for b in self.blocks
            ],
            "articles": [
                {
                    "banner": a.banner,
                    "kicker": a.kicker,
                    "headline": a.headline,
                    "subtitle": a.subtitle,
                    "byline": list(a.byline),
                    "blocks": list(a.blocks),
                }
                for a in self.articles
            ],
            "dropped": [
                {"source": [list(span) for span in d.source], "reason": d.reason}
                | ({} if d.of is None else {"of": d.of})
                | ({} if d.likeness is None else {"likeness": d.likeness})
                for d in self.dropped
            ],
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Page:
        """The page that :meth:`to_json` wrote.

        Raises:
            ValueError: a block is of an unknown kind, or a field is missing; the message names the block.
        """
        return cls(
            blocks=tuple(_block(k, row) for k, row in enumerate(data["blocks"])),
            articles=tuple(
                Article(
                    a.get("banner"),
                    a.get("kicker"),
                    a.get("headline"),
                    a.get("subtitle"),
                    tuple(a.get("byline") or ()),
                    tuple(a.get("blocks") or ()),
                )
                for a in data["articles"]
            ),
            dropped=tuple(
                Dropped(_spans(d["source"]), d["reason"], d.get("of"), d.get("likeness"))
                for d in data.get("dropped", ())
            ),
            id=data.get("id"),
            notes=tuple(data.get("notes", ())),
        )

    def unaccounted(self, text: str) -> list[Span]:
        """Where characters of the page stand in no block and no dropped piece, or in two: empty, or there is a fault.

        Args:
            text: the text of the page as it was read.

        >>> Page((Block("paragraph", "甲乙", ((0, 2),)),)).unaccounted("甲乙 丙")
        [(3, 4)]
        """
        times = [0] * (len(text) + 1)
        for source in [b.source for b in self.blocks] + [d.source for d in self.dropped]:
            for start, end in source:
                times[start] += 1
                times[end] -= 1
        spans: list[Span] = []
        covered = 0
        for i, c in enumerate(text):
            covered += times[i]
            if covered != 1 and not c.isspace():
                if spans and spans[-1][1] == i:
                    spans[-1] = (spans[-1][0], i + 1)
                else:
                    spans.append((i, i + 1))
        return spans


def _spans(rows: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in rows)


def _block(k: int, row: Mapping[str, Any]) -> Block:
    if row.get("kind") not in KINDS:
        raise ValueError(f"block {k} is of the kind {row.get('kind')!r}; known kinds: {', '.join(KINDS)}")
    try:
        return Block(
            row["kind"],
            row["text"],
            _spans(row["source"]),
            row["article"],
            bool(row.get("lost_start")),
            bool(row.get("lost_end")),
        )
    except KeyError as missing:
        raise ValueError(f"block {k} has no field {missing}") from None
