"""The presets as pipelines over a whole page, and their two faces: :func:`clean` and :func:`explain`."""

from __future__ import annotations

from newsclean.characters import character_pipeline
from newsclean.cleaned import Cleaned, explain_with
from newsclean.edits import Level
from newsclean.layout.breaks import fix_line_breaks
from newsclean.presets import CHARACTER_PRESETS, chosen
from newsclean.repeats import drop_duplicates
from newsclean.steps import Pipeline

ROUNDS = 4
"""A page is gone through until nothing changes: a joined line may show a mark, or a copy, that two halves hid."""

PRESETS: dict[str, Pipeline] = {
    name: Pipeline(
        name,
        (character_pipeline(name), drop_duplicates.using(level=level), fix_line_breaks.using(level=level)),
        ROUNDS,
        settling=frozenset((name, "drop_duplicates", "fix_line_breaks")),
    )
    for name in CHARACTER_PRESETS
    for level in [Level.SURE if name == "minimal" else Level.LIKELY]
}
"""What :func:`clean` does, by the preset's name: characters, repeated passages, line breaks."""


def clean(text: str, preset: str = "newspaper") -> str:
    """The text of a page with its characters set right, repeated passages dropped and broken lines joined.

    Args:
        text: the text of one page.
        preset: ``"newspaper"``, ``"minimal"`` (only what cannot be wrong) or ``"ocr"`` (guesses at digits, ellipses and
            dashes too).

    Raises:
        ValueError: there is no preset of that name.

    >>> clean("3月22日，记者在务川自治\\n\\n县丹砂街道看到，两名环卫工人正在消杀。")
    '3月22日，记者在务川自治县丹砂街道看到，两名环卫工人正在消杀。'
    """
    return chosen(PRESETS, preset)(text)


def explain(text: str, preset: str = "newspaper") -> Cleaned:
    """What :func:`clean` does to a text, with every change, its place, its reason, and how sure it is.

    Raises:
        ValueError: there is no preset of that name.

    >>> explain("共有2O22名").done[0].reason
    'a letter in place of a digit'
    """
    return explain_with(chosen(PRESETS, preset), text)
