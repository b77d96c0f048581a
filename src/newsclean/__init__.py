"""Clean, segment and deduplicate pages of Chinese newspapers.

The public names load when they are first used, so that ``import newsclean`` costs nothing.

>>> import newsclean
>>> newsclean.Level.SURE > newsclean.Level.GUESS
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsclean.characters import normalize as normalize
    from newsclean.characters import normalize_punctuation as normalize_punctuation
    from newsclean.cleaned import Cleaned as Cleaned
    from newsclean.cleaned import Record as Record
    from newsclean.cleaned import explain_with as explain_with
    from newsclean.edits import Edit as Edit
    from newsclean.edits import Level as Level
    from newsclean.io.reading import ReadError as ReadError
    from newsclean.io.reading import Text as Text
    from newsclean.io.reading import read_text as read_text
    from newsclean.layout.breaks import LineBreak as LineBreak
    from newsclean.layout.breaks import fix_line_breaks as fix_line_breaks
    from newsclean.layout.breaks import line_breaks as line_breaks
    from newsclean.layout.columns import reading_order as reading_order
    from newsclean.layout.pages import LinkedPages as LinkedPages
    from newsclean.layout.pages import link_pages as link_pages
    from newsclean.page import Article as Article
    from newsclean.page import Block as Block
    from newsclean.page import Dropped as Dropped
    from newsclean.page import Page as Page
    from newsclean.pipelines import PRESETS as PRESETS
    from newsclean.pipelines import clean as clean
    from newsclean.pipelines import explain as explain
    from newsclean.repeats import Repeat as Repeat
    from newsclean.repeats import drop_duplicates as drop_duplicates
    from newsclean.repeats import find_repeats as find_repeats
    from newsclean.rules.scripts import fix_mixed_script as fix_mixed_script
    from newsclean.rules.variants import convert_variants as convert_variants
    from newsclean.segment import segment_articles as segment_articles
    from newsclean.steps import Pipeline as Pipeline
    from newsclean.steps import Step as Step
    from newsclean.trace import Trace as Trace

_HOME = {
    "Article": "page",
    "Block": "page",
    "Cleaned": "cleaned",
    "Dropped": "page",
    "Edit": "edits",
    "Level": "edits",
    "LineBreak": "layout.breaks",
    "LinkedPages": "layout.pages",
    "PRESETS": "pipelines",
    "Page": "page",
    "Pipeline": "steps",
    "ReadError": "io.reading",
    "Record": "cleaned",
    "Repeat": "repeats",
    "Step": "steps",
    "Text": "io.reading",
    "Trace": "trace",
    "clean": "pipelines",
    "convert_variants": "rules.variants",
    "drop_duplicates": "repeats",
    "explain": "pipelines",
    "explain_with": "cleaned",
    "find_repeats": "repeats",
    "fix_line_breaks": "layout.breaks",
    "fix_mixed_script": "rules.scripts",
    "line_breaks": "layout.breaks",
    "link_pages": "layout.pages",
    "normalize": "characters",
    "normalize_punctuation": "characters",
    "read_text": "io.reading",
    "reading_order": "layout.columns",
    "segment_articles": "segment",
}
"""Each public name with the module it lives in."""

__all__ = [*sorted(_HOME), "__version__"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("newsclean")
    elif name in _HOME:
        value = getattr(importlib.import_module(f"newsclean.{_HOME[name]}"), name)
    else:
        raise AttributeError(f"module 'newsclean' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
