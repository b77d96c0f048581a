"""From labelled blocks to articles: which blocks belong together, and the fields of each article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from newsclean.layout.bylines import Credit, credits, dateline, signed, writers
from newsclean.layout.jumps import FROM
from newsclean.layout.scattered import gather
from newsclean.page import Article, Block, Page

_RANK = {"banner": 0, "kicker": 1, "headline": 2, "subtitle": 3}
_HALVES = 2.2  # two halves of one headline are at most so unlike in length
_HEADLINE_MOST = 48
_LONG, _LEAD, _SPOKEN_OF = 13, 3, 0.35
"""Characters of a subhead, paragraphs at an article's beginning, and the share of its pairs of characters that stand in
them, from which it is the headline: so are 4 of 4 on read pages, none of 9 subheads of articles without one on made pages."""
_OPENING = 2.0  # log-odds of the line model from which a block without a title opens an article


def assemble(blocks: Sequence[Block], openings: Sequence[float] | None = None) -> Page:
    """Group the blocks of a page into articles and read off the articles' fields.

    A run of titles opens an article, and so do a lead (本报讯（记者 …）) in mid-article and what follows a byline that
    closes one. Two halves of one headline become one block. Furniture belongs to no article.

    Args:
        blocks: the page's blocks in the order of the page; their kinds and losses are used, ``article`` is not.
        openings: for each block the log-odds that it opens an article, as far as the line model knows.

    Returns:
        The page with its articles; nothing is dropped.

    >>> page = assemble([
    ...     Block("kicker", "务川自治县", ((0, 5),)),
    ...     Block("headline", "环卫工人坚守一线", ((6, 14),)),
    ...     Block("paragraph", "本报讯（记者 徐飞 石影）环卫工人坚守岗位。", ((15, 38),)),
    ...     Block("furniture", "第3版", ((39, 42),)),
    ... ])
    >>> page.articles[0].headline, page.articles[0].byline, [block.article for block in page.blocks]
    ('环卫工人坚守一线', ('徐飞', '石影'), [0, 0, 0, None])
    """
    if openings is None:
        openings = [0.0] * len(blocks)
    blocks, openings = _join_headlines(blocks, openings)
    named = credited(blocks)
    groups, notes = gather(blocks, segments(blocks, named, openings), named, openings)
    blocks, groups = _displaced_headlines(blocks, groups)
    return replace(compose(blocks, groups, named), notes=tuple(notes))


_CREDITED = ("byline", "paragraph", "caption")


def credited(blocks: Sequence[Block]) -> list[tuple[Credit, ...]]:
    """The credits of each block; those of kinds that hold none are empty."""
    return [credits(b.text, line=b.kind == "byline") if b.kind in _CREDITED else () for b in blocks]


def compose(blocks: Sequence[Block], groups: Sequence[Sequence[int]], named: Sequence[tuple[Credit, ...]]) -> Page:
    """The page whose articles are these groups of blocks, each in its order of reading."""
    groups = sorted((list(g) for g in groups), key=min)
    owner = {k: n for n, group in enumerate(groups) for k in group}
    return Page(
        blocks=tuple(
            Block(b.kind, b.text, b.source, owner.get(k), b.lost_start, b.lost_end) for k, b in enumerate(blocks)
        ),
        articles=tuple(_article(blocks, group, named) for group in groups),
    )


def _article(blocks: Sequence[Block], group: Sequence[int], named: Sequence[tuple[Credit, ...]]) -> Article:
    fields: dict[str, str] = {}
    for kind in _RANK:
        texts = [blocks[k].text for k in group if blocks[k].kind == kind]
        if texts:
            fields[kind] = " ".join(dict.fromkeys(texts))
    found = [credit for k in group if blocks[k].kind != "caption" for credit in named[k]]
    return Article(**fields, byline=signed(found), blocks=tuple(group))


def _join_headlines(blocks: Sequence[Block], openings: Sequence[float]) -> tuple[list[Block], list[float]]:
    """Make one block of the halves of a headline that stand as two or three."""
    joined: list[Block] = []
    odds: list[float] = []
    for block, opening in zip(blocks, openings, strict=True):
        last = joined[-1] if joined else None
        if (
            last is not None
            and block.kind == last.kind == "headline"
            and len(last.text) + len(block.text) < _HEADLINE_MOST
            and 1 / _HALVES <= len(block.text) / max(1, len(last.text)) * (1 + last.text.count(" ")) <= _HALVES
        ):
            joined[-1] = replace(last, text=f"{last.text} {block.text}", source=last.source + block.source)
        else:
            joined.append(block)
            odds.append(opening)
    return joined, odds


def _displaced_headlines(
    blocks: Sequence[Block], groups: Sequence[list[int]]
) -> tuple[list[Block], list[list[int]]]:
    """Headlines that an engine put among the text that flows around them, where they look like subheads.

    An article that begins but has no headline has its headline in its one long subhead, if the words of this stand in
    the first paragraphs: a subhead stands for what follows it, a headline for the whole.
    """
    blocks, groups = list(blocks), list(groups)
    for n, group in enumerate(groups):
        if any(blocks[k].kind == "headline" for k in group):
            continue
        subheads = [k for k in group if blocks[k].kind == "subhead"]
        paragraphs = [blocks[k] for k in group if blocks[k].kind == "paragraph"]
        if len(subheads) != 1 or not paragraphs or paragraphs[0].lost_start:
            continue
        title = "".join(blocks[subheads[0]].text.split())
        lead = "".join(block.text for block in paragraphs[:_LEAD])
        pairs = [a + b for a, b in pairwise(title)]
        if len(title) >= _LONG and sum(pair in lead for pair in pairs) > _SPOKEN_OF * len(pairs):
            blocks[subheads[0]] = replace(blocks[subheads[0]], kind="headline")
            groups[n] = [subheads[0], *(k for k in group if k != subheads[0])]
    return blocks, groups


@dataclass(slots=True)
class _Segment:
    blocks: list[int] = field(default_factory=list)
    rank: int = -1
    headed: bool = False
    body: bool = False
    credited: bool = False
    ended: bool = False


def segments(
    blocks: Sequence[Block], named: Sequence[tuple[Credit, ...]], openings: Sequence[float]
) -> list[list[int]]:
    """Divide the page, in its own order, at every place where an article is seen to begin.

    Args:
        blocks: the page's blocks.
        named: the credits of each block.
        openings: for each block the log-odds that it opens an article.

    Returns:
        Groups of indices into ``blocks``; furniture stands in none.
    """
    made: list[_Segment] = []
    now = _Segment()
    for k, block in enumerate(blocks):
        if block.kind == "furniture":
            continue
        if now.blocks and _opens(blocks, k, now, named[k], openings[k]):
            made.append(now)
            now = _Segment()
        now.blocks.append(k)
        if block.kind in _RANK:
            now.rank = max(now.rank, _RANK[block.kind])
            now.headed |= block.kind == "headline"
        elif block.kind == "byline":
            now.ended = now.body
            now.credited = True
        elif block.kind in ("paragraph", "subhead"):
            now.body = True
            now.credited |= bool(named[k])
            now.ended = any(c.form == "tail" and writers(c) for c in named[k])
        elif block.kind == "jump":
            now.ended = now.body and not FROM.search(block.text)
    if now.blocks:
        made.append(now)
    return [segment.blocks for segment in made]


def _untitled(blocks: Sequence[Block], k: int) -> bool:
    """Whether text follows a banner or kicker without a headline between: engines put it behind its own headline."""
    for block in blocks[k:]:
        if block.kind == "headline":
            return False
        if block.kind in ("paragraph", "subhead"):
            return True
    return False


_BRACKETED = re.compile(r"\s*[（(〈《〔［\[【]")


def _opens(blocks: Sequence[Block], k: int, now: _Segment, credit: Sequence[Credit], opening: float) -> bool:
    """Whether a block begins another article than the one read so far."""
    block = blocks[k]
    if block.kind in _RANK:
        if now.body or (now.rank == _RANK[block.kind] and block.kind == "headline"):
            return True
        return _RANK[block.kind] < now.rank and not (now.headed and _untitled(blocks, k))
    if block.kind == "caption":
        return False
    if block.kind == "jump":
        return now.body and bool(FROM.search(block.text))
    if block.kind == "byline":
        if not now.body or _BRACKETED.match(block.text):
            return False
        follows = next((b.kind for b in blocks[k + 1 : k + 4] if b.kind not in ("furniture", "caption")), None)
        return follows in ("paragraph", "subhead")
    if not now.body:
        return False
    lead = any(c.form == "lead" for c in credit) or dateline(block.text) is not None
    return now.ended or lead or opening > _OPENING
