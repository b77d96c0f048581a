"""A transformer for LangChain's documents; importing this module imports langchain-core."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.documents import BaseDocumentTransformer, Document

import newsclean
from newsclean.integrations.rows import article_rows


class ArticleSplitter(BaseDocumentTransformer):
    """Split pages into their articles, one document each.

    Args:
        preset: the steps to run, as for :func:`newsclean.segment_articles`.
    """

    def __init__(self, preset: str = "newspaper") -> None:
        self.preset = preset

    def transform_documents(self, documents: Sequence[Document], **kwargs: Any) -> list[Document]:
        """One document for each article of each page.

        The metadata is ``article`` (its number on the page), ``banner``, ``kicker``, ``headline``, ``subtitle`` and
        ``byline``, and all of the page's own; where both have a field, the page's stays. An id ``a`` becomes ``a-0``.
        """
        return [
            Document(
                page_content=row.pop("text"),
                id=None if row.pop("page") is None else f"{page.id}-{row['article']}",
                metadata={**row, **page.metadata},
            )
            for page in documents
            for row in article_rows(newsclean.segment_articles(page.page_content, preset=self.preset, id=page.id))
        ]
