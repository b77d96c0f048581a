"""The character steps of a preset alone: no line is joined, no passage dropped, no block moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsclean.chars import BLANK
from newsclean.presets import CHARACTER_PRESETS, PUNCTUATION, chosen
from newsclean.rules.quotes import CORNER_QUOTE
from newsclean.rules.unicode import SCREENS
from newsclean.rules.width import WIDE
from newsclean.steps import Pipeline, TextStep

# What every Chinese text is made of; whatever else is there decides which steps are needed
_UNCOMMON = re.compile("[^\\n0-9%×—‘’“”、。〇《》【】\\u3400-\\u4dbf\\u4e00-\\u9fff！（），：；？]")
_BLANK = re.compile(f"[{BLANK}]")
_NEEDS: dict[str, re.Pattern[str]] = {
    **SCREENS,
    "full_width": WIDE,
    "between_chinese": _BLANK,
    "in_numbers": _BLANK,
    "at_marks": _BLANK,
    "ocr_digits": re.compile(r"[OoIl|SB]"),
    "half_width": re.compile(r"[,.:;!?]"),
    "half_width_brackets": re.compile(r"[()]"),
    "title_marks": re.compile("[<>≪≫«»＜＞〈〉]"),
    "corner_quotes": CORNER_QUOTE,
}


_ROUNDS = 4
# Steps that only put one character for another, ahead of all that read it: they ask for no second round
_ONE_FOR_ONE = frozenset(("odd_spaces", "radicals", "compatibility", "full_width"))


@dataclass(frozen=True, slots=True)
class CharacterPipeline(Pipeline):
    """A pipeline that leaves out the steps for characters that the text has none of, and ends when nothing changes.

    A clean text is gone through once. Where something was changed the steps are asked again, since a mark that was set
    right may be the ground for another one; the second round finds little and costs little.
    """

    def needed(self, text: str) -> Iterator[TextStep]:
        """The steps for whose characters the text gives occasion."""
        rare = "".join(set(_UNCOMMON.findall(text)))
        for step in self.steps:
            needs = _NEEDS.get(step.name)
            if needs is None or (rare and needs.search(rare)):
                yield step


_PIPELINES = {name: CharacterPipeline(name, steps, _ROUNDS, _ONE_FOR_ONE) for name, steps in CHARACTER_PRESETS.items()}
_PUNCTUATION = CharacterPipeline("punctuation", PUNCTUATION, _ROUNDS, _ONE_FOR_ONE)


def character_pipeline(preset: str = "newspaper") -> CharacterPipeline:
    """The character steps of a preset as a pipeline: call it, or ask it for its edits, its history and its trace.

    Raises:
        ValueError: there is no preset of that name; the message names those there are.

    >>> [edit.reason for edit in character_pipeline().edits("⼈民日报２０２２年")]
    ['a radical in place of an ideograph', 'full-width letters or digits']
    """
    return chosen(_PIPELINES, preset)


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
