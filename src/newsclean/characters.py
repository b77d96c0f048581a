"""The character steps of a preset alone: no line is joined, no passage dropped, no block moved."""

from __future__ import annotations

from newsclean.presets import CHARACTER_PRESETS, PUNCTUATION
from newsclean.steps import Pipeline

_PUNCTUATION = Pipeline("punctuation", PUNCTUATION)


def character_pipeline(preset: str = "newspaper") -> Pipeline:
    """The character steps of a preset as a pipeline: call it, or ask it for its edits, its history and its trace.

    Raises:
        ValueError: there is no preset of that name; the message names those there are.

    >>> [edit.reason for edit in character_pipeline().edits("⼈民日报２０２２年")]
    ['a radical in place of an ideograph', 'full-width letters or digits']
    """
    try:
        return Pipeline(preset, CHARACTER_PRESETS[preset])
    except KeyError:
        raise ValueError(f"no preset {preset!r}; there are {', '.join(CHARACTER_PRESETS)}") from None


def normalize(text: str, preset: str = "newspaper") -> str:
    """The text with its characters set right: radicals, width, spaces, marks, quotes, digits.

    Args:
        text: any text; the number of its lines stays what it is.
        preset: ``"newspaper"``, ``"minimal"`` (only what cannot be wrong) or ``"ocr"`` (everything).

    Raises:
        ValueError: there is no preset of that name.

    >>> normalize('3 月 2O 日,⼈⺠医院说:"供应充足."')
    '3月20日，人民医院说：“供应充足。”'
    """
    return character_pipeline(preset)(text)


def normalize_punctuation(text: str) -> str:
    """The text with its punctuation set right after GB/T 15834: marks, brackets, title marks, ellipses, dashes, quotes.

    >>> normalize_punctuation('他说:"详见<<人民日报>>(3版)..."')
    '他说：“详见《人民日报》（3版）……”'
    """
    return _PUNCTUATION(text)
