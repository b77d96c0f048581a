"""A page that was read, as Markdown to read: its articles in order, and at the end whatever stands in none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsclean.page import Article, Block, Dropped, Page

LOST = "［……］"
"""Stands where the beginning or the end of a paragraph is not on the page."""

_TITLES = frozenset({"banner", "kicker", "headline", "subtitle"})
_SPECIAL = re.compile(r"[\\`*_\[\]<>~|]|&(?=#?\w+;)|^[#+=-]")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])")


def page_to_markdown(page: Page, source: str) -> str:
    """The articles of a page as Markdown under the page's id, each with its titles, byline and blocks in reading order.

    A paragraph whose beginning or end is not on the page has ［……］ there. What belongs to no article and what was
    dropped stands at the end with the reason, so that every character of the page is somewhere in the text.

    Args:
        page: a page that was read off ``source``.
        source: the text of the page, to quote from it what was dropped.

    >>> headline = Block("headline", "两次援遵显担当", ((0, 7),), article=0)
    >>> paragraph = Block("paragraph", "我先上！", ((8, 12),), article=0, lost_start=True)
    >>> page = Page((headline, paragraph), (Article(headline="两次援遵显担当", blocks=(0, 1)),))
    >>> print(page_to_markdown(page, "两次援遵显担当\\n我先上！"))
    ## 两次援遵显担当
    <BLANKLINE>
    ［……］我先上！
    """
    head = f"# {_escaped(page.id)}\n\n" if page.id else ""
    sections = ["\n\n".join(_article(article, blocks)) for article, blocks in _in_reading_order(page)]
    if loose := [block for block in page.blocks if block.article is None]:
        sections.append("\n\n".join(["*in no article:*", *map(_block, loose)]))
    if page.dropped:
        rows = [f"- *{_reason(page, piece)}:* {_quoted(piece, source)}" for piece in page.dropped]
        sections.append("\n".join(["*dropped:*", "", *rows]))
    if page.notes:
        sections.append("\n".join(["*notes:*", "", *(f"- {_escaped(note)}" for note in page.notes)]))
    return head + "\n\n---\n\n".join(section for section in sections if section) + "\n"


def _in_reading_order(page: Page) -> Iterator[tuple[Article, list[Block]]]:
    """Each article with its blocks: those that it lists, then those that only name it, in the order of the page."""
    for index, (article, own) in enumerate(zip(page.articles, _blocks_by_article(page), strict=True)):
        listed = dict.fromkeys(k for k in article.blocks if page.blocks[k].article == index)
        yield article, [page.blocks[k] for k in (*listed, *(k for k in own if k not in listed))]


def _blocks_by_article(page: Page) -> list[list[int]]:
    blocks: list[list[int]] = [[] for _ in page.articles]
    for k, block in enumerate(page.blocks):
        if block.article is not None:
            blocks[block.article].append(k)
    return blocks


def _article(article: Article, blocks: list[Block]) -> Iterator[str]:
    yield from _titles(article, any(block.kind == "byline" for block in blocks))
    for block in blocks:
        if block.kind not in _TITLES or not _told(article, block):
            yield _block(block)


def _titles(article: Article, has_byline: bool) -> Iterator[str]:
    if article.banner:
        yield f"**{_escaped(article.banner)}**"
    if article.kicker:
        yield f"*{_escaped(article.kicker)}*"
    yield f"## {_escaped(article.headline or '［无标题］')}"
    if article.subtitle:
        yield f"*{_escaped(article.subtitle)}*"
    if article.byline and not has_byline:  # the names stand in a paragraph's first words
        yield f"*{_escaped(' '.join(article.byline))}*"


def _told(article: Article, block: Block) -> bool:
    """Whether a title's text already stands in the article's fields."""
    return bool(block.text == getattr(article, block.kind))


def _block(block: Block) -> str:
    text = _escaped(f"{LOST if block.lost_start else ''}{block.text}{LOST if block.lost_end else ''}")
    match block.kind:
        case "subhead":
            return f"### {text}"
        case "caption":
            return f"> {text}"
        case "paragraph":
            return text
        case _:
            return f"*{text}*"


def _reason(page: Page, piece: Dropped) -> str:
    if piece.of is None:
        return piece.reason
    text = page.blocks[piece.of].text
    return f"{piece.reason} of {_escaped(text[:12])}{'…' if len(text) > 12 else ''}"


def _quoted(piece: Dropped, source: str) -> str:
    return _escaped(" ".join(source[start:end] for start, end in piece.source).replace("\n", " ").strip())


def _escaped(text: str) -> str:
    """Text in which nothing is Markdown."""
    return _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", text))
