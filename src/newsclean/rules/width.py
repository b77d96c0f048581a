"""Full-width letters, digits and signs of numbers; Chinese marks keep their width."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsclean.chars import DIGIT, FULLWIDTH_DIGIT, FULLWIDTH_LATIN, HAN, LATIN, is_traditional
from newsclean.edits import Edit, Level
from newsclean.steps import Step

WIDE = re.compile(f"[{FULLWIDTH_DIGIT}{FULLWIDTH_LATIN}％．]")
_ALNUM = f"[{DIGIT}{LATIN}{FULLWIDTH_DIGIT}{FULLWIDTH_LATIN}]"
_RUN = re.compile(f"[{FULLWIDTH_DIGIT}{FULLWIDTH_LATIN}]+")
_PERCENT = re.compile(f"％(?<=[{DIGIT}{FULLWIDTH_DIGIT}{FULLWIDTH_LATIN}{LATIN}]％)")
_POINT = re.compile(f"．(?<={_ALNUM}．)(?={_ALNUM})")
_LIST_POINT = re.compile(f"^[ \t\u3000]*[{DIGIT}{FULLWIDTH_DIGIT}]{{1,2}}(．)(?![．\\n])", re.M)
_FINAL_POINT = re.compile(f"．(?<=[{HAN}”’）》％%]．)(?=[{HAN}“《\\n]|$)")
_TIME = re.compile(f"：(?<=[{FULLWIDTH_DIGIT}]：)(?=[{FULLWIDTH_DIGIT}]{{2}}(?![{FULLWIDTH_DIGIT}]))")
_ADDRESS = re.compile(
    f"[{FULLWIDTH_LATIN}{FULLWIDTH_DIGIT}：／．＠＿－]{{0,64}}(?:：／／|＠)[{FULLWIDTH_LATIN}{FULLWIDTH_DIGIT}：／．＿－？＝＆]+"
)

_NARROW = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)}


def full_width(text: str) -> Iterator[Edit]:
    """Full-width letters and digits become ordinary ones, and so do ％ and ． in numbers and whole addresses.

    Chinese marks （，：！） keep their width; so does － in －5℃. A ． at a sentence's end becomes 。.

    >>> full_width_step("２０２２年ＧＤＰ增长８．１％，创新高！")
    '2022年GDP增长8.1%，创新高！'
    """
    if not WIDE.search(text):
        return
    addresses = [m.span() for m in _ADDRESS.finditer(text)] if "／／" in text or "＠" in text else []
    for start, end in addresses:
        yield Edit(start, end, text[start:end].translate(_NARROW), "full_width", Level.SURE, "a full-width address")
    for m in _RUN.finditer(text):
        yield Edit(
            m.start(), m.end(), m[0].translate(_NARROW), "full_width", Level.SURE, "full-width letters or digits"
        )
    if "％" in text:
        for m in _PERCENT.finditer(text):
            yield Edit(m.start(), m.end(), "%", "full_width", Level.SURE, "a full-width per cent sign behind a number")
    if "．" in text:
        for m in _POINT.finditer(text):
            yield Edit(
                m.start(), m.end(), ".", "full_width", Level.SURE, "a full-width point inside a number or a word"
            )
        for m in _LIST_POINT.finditer(text):
            yield Edit(
                m.start(1), m.end(1), ".", "full_width", Level.LIKELY, "a full-width point behind a list's number"
            )
        for m in _FINAL_POINT.finditer(text):
            if m.end() < len(text) and text[m.end()] != "\n" and is_traditional(text, m.start()):
                continue  # the interpunct of Taiwan: 經典．好歌
            yield Edit(m.start(), m.end(), "。", "full_width", Level.LIKELY, "a full-width point at a sentence's end")
    for m in _TIME.finditer(text):
        yield Edit(m.start(), m.end(), ":", "full_width", Level.LIKELY, "a full-width colon in a time of day")


full_width_step = Step("full_width", full_width)
