"""The articles of a page as flat rows, as data frames, data sets and search indexes want them."""

from __future__ import annotations

from typing import Any

from newsclean.page import Page

_TEXT = frozenset({"paragraph", "subhead"})


def article_rows(page: Page) -> list[dict[str, Any]]:
    """One dict for each article of a page.

    Args:
        page: a page that was read.

    Returns:
        ``page`` (its id), ``article`` (the index), ``banner``, ``kicker``, ``headline``, ``subtitle``, ``byline`` (a
        list), and ``text``: its paragraphs and subheads in reading order, one a line.

    >>> from newsclean.page import Article, Block
    >>> blocks = (Block("headline", "抗疫一线", ((0, 4),), 0), Block("paragraph", "我先上！", ((5, 9),), 0))
    >>> article_rows(Page(blocks, (Article(headline="抗疫一线", blocks=(0, 1)),), id="page"))[0]["text"]
    '我先上！'
    """
    return [
        {
            "page": page.id,
            "article": index,
            "banner": article.banner,
            "kicker": article.kicker,
            "headline": article.headline,
            "subtitle": article.subtitle,
            "byline": list(article.byline),
            "text": "\n".join(page.blocks[k].text for k in article.blocks if page.blocks[k].kind in _TEXT),
        }
        for index, article in enumerate(page.articles)
    ]
