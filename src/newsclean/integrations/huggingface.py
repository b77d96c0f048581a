"""Functions for ``Dataset.map`` of Hugging Face's datasets; they know only lists and dicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from newsclean.integrations.rows import article_rows


def clean_batch(
    batch: Mapping[str, Sequence[Any]], column: str = "text", preset: str = "newspaper"
) -> dict[str, list[Any]]:
    """Clean one column of a batch: ``dataset.map(clean_batch, batched=True)``.

    Args:
        batch: columns by name.
        column: the column that holds the texts; missing ones stay missing.
        preset: the steps to run, as for :func:`newsclean.clean`.
    """
    import newsclean

    return {column: [text if text is None else newsclean.clean(text, preset=preset) for text in batch[column]]}


def split_batch(
    batch: Mapping[str, Sequence[Any]], column: str = "text", id_column: str = "id", preset: str = "newspaper"
) -> dict[str, list[Any]]:
    """Pages to articles, one a row: ``dataset.map(split_batch, batched=True, remove_columns=dataset.column_names)``.

    Args:
        batch: columns by name.
        column: the column that holds the pages.
        id_column: the column that holds their names; where there is none, ``page`` is None.
        preset: the steps to run, as for :func:`newsclean.segment_articles`.

    Returns:
        The columns of :func:`~newsclean.integrations.rows.article_rows`.
    """
    import newsclean

    ids = batch.get(id_column) or [None] * len(batch[column])
    rows = [
        row
        for text, id in zip(batch[column], ids, strict=True)
        if text is not None
        for row in article_rows(newsclean.segment_articles(text, preset=preset, id=id))
    ]
    names = ("page", "article", "banner", "kicker", "headline", "subtitle", "byline", "text")
    return {name: [row[name] for row in rows] for name in names}
