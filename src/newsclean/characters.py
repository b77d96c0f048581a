"""The character steps of a preset alone: no line is joined, no passage dropped, no block moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsclean.presets import CHARACTER_PRESETS, PUNCTUATION, chosen
from newsclean.rules.occasions import screen
from newsclean.steps import Pipeline

_ROUNDS = 4
# Steps that only put one character for another, ahead of all that read it: they ask for no second round
_ONE_FOR_ONE = frozenset(("odd_spaces", "radicals", "compatibility", "full_width"))
# Steps that weigh a place by what else stands on the page
_PAGE_WIDE = frozenset(("mojibake", "corner_quotes", "quotes", "leaked_words", "stray_variants"))


@dataclass(frozen=True, slots=True, repr=False)
class CharacterPipeline(Pipeline):
    """A pipeline that leaves out the steps to which the text gives no occasion, and ends when nothing changes.

    A clean text is gone through once. Where something was changed the steps are asked again, since a mark that was set
    right may be the ground for another one: those that weigh the whole page, and those to which the lines that were changed,
    or lines beside them, give occasion. The second round finds little and costs little.
    """

    def needed(self, text: str, start: int, since: str | None = None) -> Sequence[int]:
        """The places of the steps, from one on, to whose signs the text gives occasion, or what was changed in it."""
        occasions = screen()
        found = {*occasions(text)}
        if since is not None:
            found = found & _PAGE_WIDE | {*occasions(_changed(since, text))}
        steps = enumerate(self.steps[start:], start)
        return [k for k, step in steps if step.name in found or step.name not in occasions.names]


def _changed(before: str, text: str) -> str:
    """The lines of a text that are not as before, and those beside them; all when there are others than before."""
    old, new = before.split("\n"), text.split("\n")
    if len(old) != len(new):
        return text
    changed = [k for k, line in enumerate(new) if line != old[k]]
    return "\n".join("\n".join(new[max(0, k - 1) : k + 2]) for k in changed)


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
        preset: ``"newspaper"``, ``"minimal"`` (only what cannot be wrong) or ``"ocr"`` (guesses at digits, ellipses and
            dashes too).

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
