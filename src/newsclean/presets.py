"""Presets: the character steps in the order in which they are carried out, each preset a tuple to read and change.

``NEWSPAPER_CHARACTERS`` is the default, ``MINIMAL_CHARACTERS`` does only what cannot be wrong, ``OCR_CHARACTERS`` does
everything, guesses included where an engine's misreadings are worse than they.
"""

from __future__ import annotations

from newsclean.cleaned import Cleaned, explain_with
from newsclean.edits import Level
from newsclean.layout.breaks import fix_line_breaks
from newsclean.repeats import drop_duplicates
from newsclean.rules.brackets import (
    half_width_brackets_step,
    missing_brackets_step,
    mixed_brackets_step,
    title_marks_step,
)
from newsclean.rules.digits import circle_zeros_step, ocr_digits_step
from newsclean.rules.punctuation import dashes_step, ellipses_step, half_width_step
from newsclean.rules.quotes import corner_quotes_step, quotes_step
from newsclean.rules.scripts import LEAKED_WORDS, LOOKALIKE_LETTERS
from newsclean.rules.spaces import at_marks_step, between_chinese_step, in_numbers_step
from newsclean.rules.unicode import (
    compatibility_step,
    invisible_step,
    katakana_marks_step,
    line_separators_step,
    odd_spaces_step,
    private_use_step,
    radicals_step,
    vertical_forms_step,
)
from newsclean.rules.width import full_width_step
from newsclean.steps import Pipeline, Step

PUNCTUATION: tuple[Step, ...] = (
    half_width_step,
    half_width_brackets_step,
    ellipses_step,
    dashes_step,
    title_marks_step,
    mixed_brackets_step,
    missing_brackets_step,
    corner_quotes_step,
    quotes_step,
)
"""The steps behind :func:`~newsclean.characters.normalize_punctuation`."""

NEWSPAPER_CHARACTERS: tuple[Step, ...] = (
    # what was read in a wrong encoding must be restored here, before the control characters among it are deleted
    line_separators_step,
    odd_spaces_step,
    invisible_step,
    private_use_step,
    radicals_step,
    compatibility_step,
    vertical_forms_step,
    katakana_marks_step,
    full_width_step,
    between_chinese_step,
    ocr_digits_step,
    circle_zeros_step,
    in_numbers_step,
    *PUNCTUATION,
    at_marks_step,
    # these read clean marks and spaces
    LOOKALIKE_LETTERS,
    LEAKED_WORDS,
)
"""For pages of newspapers: every character step, whatever is LIKELY or better."""

MINIMAL_CHARACTERS: tuple[Step, ...] = tuple(
    step.using(level=Level.SURE)
    for step in (
        line_separators_step,
        odd_spaces_step,
        invisible_step,
        private_use_step,
        radicals_step,
        compatibility_step,
        vertical_forms_step,
        katakana_marks_step,
        full_width_step,
        circle_zeros_step,
    )
)
"""Only what cannot be wrong: one character for another that is the same, and what nobody can see."""

OCR_CHARACTERS: tuple[Step, ...] = tuple(
    step.using(level=Level.GUESS) if step in (ocr_digits_step, ellipses_step, dashes_step) else step
    for step in NEWSPAPER_CHARACTERS
)
"""Everything, for pages that an OCR engine read: guesses too at digits, ellipses and dashes."""

CHARACTER_PRESETS: dict[str, tuple[Step, ...]] = {
    "newspaper": NEWSPAPER_CHARACTERS,
    "minimal": MINIMAL_CHARACTERS,
    "ocr": OCR_CHARACTERS,
}

PRESETS: dict[str, Pipeline] = {
    name: Pipeline(name, (*steps, drop_duplicates, fix_line_breaks)) for name, steps in CHARACTER_PRESETS.items()
}
"""What :func:`clean` does, by the preset's name: characters, repeated passages, line breaks."""


def preset_pipeline(preset: str) -> Pipeline:
    """The whole preset of that name.

    Raises:
        ValueError: there is no preset of that name; the message names those there are.
    """
    try:
        return PRESETS[preset]
    except KeyError:
        raise ValueError(f"no preset {preset!r}; there are {', '.join(PRESETS)}") from None


def clean(text: str, preset: str = "newspaper") -> str:
    """The text of a page with its characters set right, repeated passages dropped and broken lines joined.

    Args:
        text: the text of one page.
        preset: ``"newspaper"``, ``"minimal"`` (only what cannot be wrong) or ``"ocr"`` (everything).

    Raises:
        ValueError: there is no preset of that name.

    >>> clean("3月22日，记者在务川自治\\n\\n县丹砂街道看到，两名环卫工人正在消杀。")
    '3月22日，记者在务川自治县丹砂街道看到，两名环卫工人正在消杀。'
    """
    return preset_pipeline(preset)(text)


def explain(text: str, preset: str = "newspaper") -> Cleaned:
    """What :func:`clean` does to a text, with every change, its place, its reason, and how sure it is.

    Raises:
        ValueError: there is no preset of that name.

    >>> explain("共有2O22名").done[0].reason
    'letter O for the digit 0'
    """
    return explain_with(preset_pipeline(preset), text)
