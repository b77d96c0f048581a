"""A step for datatrove's pipelines; importing this module imports datatrove."""

from __future__ import annotations

from datatrove.pipeline.formatters.base import BaseFormatter

import newsclean


class NewspaperCleaner(BaseFormatter):
    """Clean the text of every document: ``[reader, NewspaperCleaner(), writer]``.

    Args:
        preset: the steps to run, as for :func:`newsclean.clean`.
    """

    name = "🗞 newsclean"

    def __init__(self, preset: str = "newspaper") -> None:
        super().__init__()
        self.preset = preset

    def format(self, text: str) -> str:
        """The clean text."""
        return newsclean.clean(text, preset=self.preset)
