"""Spaces around Chinese marks, which stand close to what they mark."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsclean.chars import BLANK, CLOSER, MARK, OPENER
from newsclean.edits import Edit, Level
from newsclean.rules.spaces import CLAUSE_MARK, Prose, blank_runs
from newsclean.steps import Step

_NO_SPACE_BEFORE = frozenset("，。、；：！？）》〉】〕」』”’")
_NO_SPACE_BEHIND = frozenset("（《〈【〔「『“‘")
_DIVIDES_CLAUSES = frozenset("，、；：")
DATELINE = (
    "消息", "讯", "电", "报道", "热线", "电话", "手机", "传真", "邮编", "专线", "号码",
    "訊", "電", "報道", "報導", "熱線", "電話", "手機", "傳真", "郵編", "專線", "號碼",
)
_AT_MARKS = frozenset(MARK + OPENER + CLOSER)
_CREDIT = re.compile(
    f"[^，。；\\n]{{0,24}}(?:摄|文/图|图/文|供图|摄影报道)[）)]?[{BLANK}]*(?:\\n|$)|（?(?:记者|通讯员|本报记者)"
)


def at_marks(text: str) -> Iterator[Edit]:
    """Spaces around Chinese marks: before ， 。 ） ”, behind ， （ “, and on both sides of them inside sentences.

    What stands behind a sentence's end and is no sentence stays apart: 。 张三 摄. So do columns (four spaces or more).

    >>> at_marks_step("遵义市“ 311 ”指挥部 ，统筹调度 。")
    '遵义市“311”指挥部，统筹调度。'
    """
    prose = Prose(text)
    for start, end in blank_runs(text):
        a, b = text[start - 1], text[end]
        if (a not in _AT_MARKS and b not in _AT_MARKS) or end - start > 3 or "\t" in text[start:end]:
            continue
        if b in CLOSER and a in OPENER:
            continue  # room for an answer: 正确的是（ ）
        if b in _NO_SPACE_BEFORE:
            yield Edit(start, end, "", "at_marks", Level.SURE, "a space before a mark")
        elif a in _NO_SPACE_BEHIND:
            yield Edit(start, end, "", "at_marks", Level.SURE, "a space behind an opening mark")
        elif a in _DIVIDES_CLAUSES:
            yield Edit(start, end, "", "at_marks", Level.LIKELY, "a space behind a mark")
        elif a in "。！？":
            goes_on = CLAUSE_MARK.search(text, end, _line_end(text, end, 40))
            if goes_on and not _CREDIT.match(text, end) and not _in_title(text, start):
                yield Edit(start, end, "", "at_marks", Level.LIKELY, "a space between sentences")
        elif a in "）》”’】" and (b in _NO_SPACE_BEHIND or b.isalnum()):
            if text[start:end] == " " and prose(start) and not (_CREDIT.match(text, end) or _in_title(text, start)):
                yield Edit(start, end, "", "at_marks", Level.LIKELY, "a space behind a closing mark")
        elif b in "（“‘《" and (a.isalnum() or a == "%") and end - start == 1 and prose(start):
            parts = text[max(0, start - 4) : start].endswith(DATELINE) or _in_title(text, start)
            if b == "（" or not parts:
                yield Edit(start, end, "", "at_marks", Level.LIKELY, "a space before an opening mark")


def _line_end(text: str, start: int, reach: int) -> int:
    """The end of the line, or as far as one looks."""
    end = text.find("\n", start, start + reach)
    return start + reach if end < 0 else end


def _in_title(line: str, place: int) -> bool:
    """Inside title marks a space may part the halves of a headline."""
    return line.rfind("《", max(0, place - 60), place) > line.rfind("》", max(0, place - 60), place)


at_marks_step = Step("at_marks", at_marks)
