"""Functions for ``Dataset.map`` of Hugging Face's datasets; they know only lists and dicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from newsclean.integrations.rows import article_rows


def _column(batch: Mapping[str, Sequence[Any]], column: str) -> Sequence[Any]:
    if column not in batch:
        has = ", ".join(batch)
        raise KeyError(f"no column {column!r}; there are {has}: map(..., fn_kwargs={{'column': NAME}}) takes another")
    if isinstance(batch[column], str):
        raise TypeError("a batch is wanted, not a single row: map(..., batched=True)")
    return batch[column]


def clean_batch(
    batch: Mapping[str, Sequence[Any]], column: str = "text", preset: str = "newspaper"
) -> dict[str, list[Any]]:
    """Clean one column of a batch: ``dataset.map(clean_batch, batched=True)``.

    Args:
        batch: columns by name.
        column: the column that holds the texts; missing ones stay missing.
        preset: the steps to run, as for :func:`newsclean.clean`.

    Raises:
        KeyError: there is no such column; the message says which there are, and how to name another.
        TypeError: a single row was given: ``batched=True`` is wanting.

    >>> clean_batch({"text": ["会议指出,今年的工作要早部署。", None]})
    {'text': ['会议指出，今年的工作要早部署。', None]}
    """
    import newsclean

    texts = _column(batch, column)
    return {column: [text if text is None else newsclean.clean(text, preset=preset) for text in texts]}


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

    Raises:
        KeyError: there is no such column; the message says which there are, and how to name another.
        TypeError: a single row was given: ``batched=True`` is wanting.

    >>> split_batch({"text": ["两次援遵显担当\\n\\n3月18日，王新俊在务川自治\\n\\n县对记者说，将完成各项任务。"]})["headline"]
    ['两次援遵显担当']
    """
    import newsclean

    pages = _column(batch, column)
    ids = batch.get(id_column) or [None] * len(pages)
    rows = [
        row
        for text, id in zip(pages, ids, strict=True)
        if text is not None
        for row in article_rows(newsclean.segment_articles(text, preset=preset, id=id))
    ]
    names = ("page", "article", "banner", "kicker", "headline", "subtitle", "byline", "text")
    return {name: [row[name] for row in rows] for name in names}
