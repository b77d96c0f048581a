"""A page that was read, as Markdown to read: its articles in order, and at the end whatever stands in none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsclean.page import Article, Block, Dropped, Page

LOST = "［……］"
"""Stands where the beginning or the end of a paragraph is not on the page."""

_TITLES = frozenset({"banner", "kicker", "headline", "subtitle"})
_SPECIAL = re.compile(r"[\\`*_\[\]<>~|]|&(?=#?\w+;)|(?m:^(?:#{1,6}|[-+])(?=\s|$))|(?m:(?<=^\d)[.)](?=\s))|(?m:^=+\s*$)")


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
    sections = ["\n\n".join(_article(page, index)) for index in range(len(page.articles))]
    if loose := [block for block in page.blocks if block.article is None]:
        sections.append("\n\n".join(["*in no article:*", *map(_block, loose)]))
    if page.dropped:
        rows = [f"- *{_reason(page, piece)}:* {_quoted(piece, source)}" for piece in page.dropped]
        sections.append("\n".join(["*dropped:*", "", *rows]))
    if page.notes:
        sections.append("\n".join(["*notes:*", "", *(f"- {_escaped(note)}" for note in page.notes)]))
    return head + "\n\n---\n\n".join(section for section in sections if section) + "\n"


def _article(page: Page, index: int) -> Iterator[str]:
    article = page.articles[index]
    yield from _titles(article)
    named = [k for k in article.blocks if page.blocks[k].article == index]
    # an article whose blocks are not listed in order has them in the order of the page
    unnamed = [k for k, block in enumerate(page.blocks) if block.article == index and k not in set(named)]
    for k in (*named, *unnamed):
        if page.blocks[k].kind not in _TITLES or not _told(article, page.blocks[k]):
            yield _block(page.blocks[k])


def _titles(article: Article) -> Iterator[str]:
    if article.banner:
        yield f"**{_escaped(article.banner)}**"
    if article.kicker:
        yield f"*{_escaped(article.kicker)}*"
    yield f"## {_escaped(article.headline or '［无标题］')}"
    if article.subtitle:
        yield f"*{_escaped(article.subtitle)}*"
    if article.byline:
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
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)
