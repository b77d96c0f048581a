"""Presets: the character steps in the order in which they are carried out, each preset a tuple to read and change.

``NEWSPAPER_CHARACTERS`` is the default, ``MINIMAL_CHARACTERS`` does only what cannot be wrong, ``OCR_CHARACTERS`` carries
out guesses too where an engine's misreadings are worse than they: at digits, ellipses and dashes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from newsclean.edits import Level
from newsclean.rules.brackets import (
    half_width_brackets_step,
    missing_brackets_step,
    mixed_brackets_step,
    title_marks_step,
)
from newsclean.rules.confusables import confusables_step
from newsclean.rules.dashes import dashes_step, ellipses_step
from newsclean.rules.digits import circle_zeros_step, ocr_digits_step
from newsclean.rules.mark_spaces import at_marks_step
from newsclean.rules.mojibake import html_entities_step, mojibake_step
from newsclean.rules.number_spaces import in_numbers_step
from newsclean.rules.punctuation import half_width_step
from newsclean.rules.quotes import corner_quotes_step, quotes_step
from newsclean.rules.rare_characters import rare_characters_step
from newsclean.rules.scripts import leaked_words_step, lookalike_letters_step
from newsclean.rules.spaces import between_chinese_step
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
from newsclean.rules.variants import stray_variants_step
from newsclean.rules.width import full_width_step
from newsclean.steps import Step

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
    # what was read in a wrong encoding is restored before the control characters among it are deleted
    html_entities_step,
    mojibake_step,
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
    lookalike_letters_step,
    leaked_words_step,
    stray_variants_step,
    rare_characters_step,
    confusables_step,
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
"""For pages that an OCR engine read: what NEWSPAPER_CHARACTERS does, and guesses at digits, ellipses and dashes."""

CHARACTER_PRESETS: dict[str, tuple[Step, ...]] = {
    "newspaper": NEWSPAPER_CHARACTERS,
    "minimal": MINIMAL_CHARACTERS,
    "ocr": OCR_CHARACTERS,
}


Chosen = TypeVar("Chosen")


def chosen(presets: Mapping[str, Chosen], name: str) -> Chosen:
    """The preset of that name.

    Raises:
        ValueError: there is none; the message names those there are.
        TypeError: it is no name.
    """
    if not isinstance(name, str):
        raise TypeError(
            f"the preset is to be a name ({', '.join(presets)}), not a {type(name).__name__}; "
            "a pipeline of your own is called on the text, or given to explain_with"
        )
    try:
        return presets[name]
    except KeyError:
        raise ValueError(f"no preset {name!r}; there are {', '.join(presets)}") from None
