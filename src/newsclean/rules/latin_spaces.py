"""A space between Chinese and Latin, for those who set their texts so: in no preset, since newspapers do not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsclean.chars import HAN, LATIN
from newsclean.edits import Edit, Level
from newsclean.rules.protected import Protected
from newsclean.steps import Step

_WORD = rf"[{LATIN}0-9\u00c0-\u024f]"
_BESIDE = re.compile(rf"(?<=[{HAN}])(?={_WORD})|(?<={_WORD})(?=[{HAN}])|(?<=[0-9][%‰℃])(?=[{HAN}])")
_RUN = re.compile(rf"{_WORD}+(?:[ .'&/-]{_WORD}+)*[%‰℃]?")  # a word, or words that belong together: COVID-19, Windows 11


def beside_latin(text: str, numbers: bool = False) -> Iterator[Edit]:
    """A space between Chinese characters and Latin words: 使用 Windows 系统, 5G 网络.

    No space comes beside marks or brackets, nor into addresses, paths and code. Numbers by themselves stay as newspapers
    set them (3月20日, 增长8%).

    Args:
        text: the text.
        numbers: True puts spaces beside numbers without a letter, too: 3 月 20 日.

    >>> beside_latin_step("全市5G网络覆盖率98%，升级Windows系统。")
    '全市 5G 网络覆盖率98%，升级 Windows 系统。'
    >>> beside_latin_step.using(numbers=True)("增长98%，3月20日")
    '增长 98%，3 月 20 日'
    """
    protected = Protected(text)
    for run in _RUN.finditer(text):
        if not numbers and not any(c.isalpha() for c in run[0]):
            continue
        for place in run.span():
            if _BESIDE.match(text, place) and not (protected(place) or (place and protected(place - 1))):
                yield Edit(place, place, " ", "beside_latin", Level.SURE, "a space between Chinese and Latin was asked for")


beside_latin_step = Step("beside_latin", beside_latin)
