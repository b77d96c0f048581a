"""Columns of pandas and polars."""

from __future__ import annotations

from functools import partial
from typing import Any, TypeVar

Series = TypeVar("Series")


def clean_series(series: Series, preset: str = "newspaper") -> Series:
    """Clean every text of a column; missing values stay missing.

    Args:
        series: a ``pandas.Series`` or a ``polars.Series`` of strings.
        preset: the steps to run, as for :func:`newsclean.clean`.

    Returns:
        A series of the same kind, with the same name and, in pandas, the same index.

    Raises:
        TypeError: it is neither, or holds something else than texts and missing values.
    """
    import newsclean

    clean = partial(newsclean.clean, preset=preset)
    column: Any = series
    package = type(series).__module__.partition(".")[0] if type(series).__name__ == "Series" else ""
    if package == "pandas":
        cleaned: Series = column.map(clean, na_action="ignore")
        return cleaned
    if package == "polars":
        import polars

        cleaned = column.map_elements(clean, return_dtype=polars.String, skip_nulls=True)
        return cleaned
    raise TypeError(f"a pandas or polars Series is wanted, not {type(series).__name__}")
