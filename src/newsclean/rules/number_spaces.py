"""Spaces inside dates and numbers, and between a number and its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsclean.chars import BLANK, HAN, NEWLINE
from newsclean.edits import Edit, Level
from newsclean.rules.mark_spaces import DATELINE
from newsclean.rules.spaces import Prose, blank_runs, in_quotes
from newsclean.steps import Step

_HAN = re.compile(f"[{HAN}]")
_DIGITS = frozenset("0123456789")
_NUMERIC = frozenset("0123456789.,:%％")
_NUMBER_BEFORE = re.compile("[0-9][0-9.,:/%％‰~～-]*$")
_NUMBER_AFTER = re.compile(f"[0-9][0-9.,:/~～-]*(?:[{BLANK}][.]?[0-9]{{1,2}})?(?:[{BLANK}]?[%％‰{HAN}])?")
_BEFORE_NUMBERS = frozenset("于从自至达近约超逾")
_SPLIT_YEAR = re.compile(
    f"(?<![0-9.,A-Za-z])(?:1[{BLANK}]?9|2[{BLANK}]?0)[{BLANK}]?[0-9][{BLANK}]?[0-9](?=[{BLANK}]?年)"
)
_SPLIT_DECIMAL = re.compile(
    f"(?<=[0-9])(?:[.][{BLANK}]|[{BLANK}][.][{BLANK}]?)(?=[0-9]{{1,2}}[{BLANK}]?[%％万亿元吨个倍])"
)
_SPLIT_THOUSANDS = re.compile(
    f"(?<=[0-9])(?:,[{BLANK}]|[{BLANK}],[{BLANK}]?)(?=[0-9]{{3}}[{BLANK}]?[%％万亿元吨个人名户公亩])"
)
_SPLIT_DIGITS = re.compile(
    f"(?<![0-9.,A-Za-z])(?<![0-9.,A-Za-z][{BLANK}])[0-9](?:[{BLANK}][0-9]){{2,}}(?=[{BLANK}]?(?:年(?!级)|[余多万亿名人个元吨亩户%％]))"
)
_SPLIT_TIME = re.compile(f"(?<![0-9.,:])(?:[01]?[0-9]|2[0-3])(?:[{BLANK}]:[{BLANK}]?|:[{BLANK}])(?=[0-5][0-9](?![0-9.,%]))")
_UNITS = re.compile("[万亿](?:元|人|吨|亩|户|平方米)|个百分点|公里|平方米|人次|[余多][万亿名人家个元]")
_DATELINE_DATE = re.compile(f"[0-9]{{1,2}}[{BLANK}]?月[{BLANK}]?[0-9]{{1,2}}[{BLANK}]?日[{BLANK}]?[电讯電訊]")
_CLOCK = re.compile("[0-9][:：∶.][0-9]{2}$")  # 12:00 in a table of programmes: what begins then is no unit
_LATIN_BEFORE = re.compile(f"[A-Za-z][{BLANK}]*$")


def in_numbers(text: str) -> Iterator[Edit]:
    """Spaces inside dates and numbers, and between a number and its unit: 3 月 20 日, 5. 6%, 增长 8 个.

    A number that belongs to a Latin name (Windows 11), a telephone number, a list's number and the numbers of a table
    or headline keep their spaces.

    >>> in_numbers_step("3 月 20 日，务川增长 5. 6%，升级 Windows 11 系统")
    '3月20日，务川增长5.6%，升级 Windows 11 系统'
    """
    prose = Prose(text)
    for start, end in blank_runs(text):
        if end - start > 2:
            continue
        a, b = text[start - 1], text[end]
        if a not in _NUMERIC and b not in _NUMERIC:
            continue
        verdict: Level | None = None
        reason = "a space between a number and its unit"
        if a in _NUMERIC and b in _NUMERIC:
            verdict, reason = Level.SURE, "a space inside a number"
            if b not in "%％" and not _inside_number(text, start, end):
                continue
        elif a in _NUMERIC and a not in ".," and _HAN.match(b):
            verdict = _behind_number(text, start, end, prose)
        elif b in _DIGITS and _HAN.match(a):
            verdict = _before_number(text, start, end, prose)
        if verdict:
            yield Edit(start, end, "", "in_numbers", verdict, reason)


def _inside_number(text: str, start: int, end: int) -> bool:
    """Does the space stand inside a year, at a decimal point, or in a number of thousands?"""
    for pattern in (_SPLIT_YEAR, _SPLIT_DECIMAL, _SPLIT_THOUSANDS, _SPLIT_DIGITS, _SPLIT_TIME):
        for m in pattern.finditer(text, max(0, start - 12), end + 12):
            if m.start() <= start and end <= m.end():
                return pattern is not _SPLIT_DECIMAL or not _begins_line(text, m.start())
    return False


def _begins_line(text: str, place: int) -> bool:
    """Does a line's first number end here?"""
    head = text[max(0, place - 6) : place]
    number = head.lstrip(BLANK + NEWLINE)
    return number.isdigit() and len(number) <= 2 and (len(head) < 6 or any(c in NEWLINE for c in head))


def _behind_number(text: str, start: int, end: int, prose: Prose) -> Level | None:
    before = text[max(0, start - 24) : start]
    number = _NUMBER_BEFORE.search(before)
    if number is None or _LATIN_BEFORE.search(before, 0, number.start()):
        return None
    digits = sum(c.isdigit() for c in number[0])
    if text[end] in "%％" or (text[end] in "年月日" and digits <= 4 and not _CLOCK.search(before)):
        return Level.SURE
    if digits >= 7 or ("-" in number[0] and digits >= 6):
        return None  # a telephone number
    first = before[: number.start()].rstrip(BLANK)[-1:]
    if first == "第":
        return Level.SURE
    if not first or first in NEWLINE:
        return None  # the number of a list, of a page, of a table
    if _HAN.match(first) and text[start - len(number[0]) - 1] == first and _UNITS.match(text, end):
        return Level.LIKELY
    return Level.LIKELY if prose(start) and not in_quotes(text, start) else None


def _before_number(text: str, start: int, end: int, prose: Prose) -> Level | None:
    number = _NUMBER_AFTER.match(text, end)
    if number is None:
        return None
    digits = sum(c.isdigit() for c in number[0])
    if text[start - 1] == "第" and digits <= 4:
        return Level.SURE
    if (
        text[start - 1] in "年月"
        and digits <= 2
        and number[0][-1] in "月日号"
        and text[max(0, start - 3) : start - 1].strip(BLANK)[-1:].isdigit()
    ):
        return Level.SURE
    if digits >= 7 or ("-" in number[0] and digits >= 6) or text[max(0, start - 4) : start].endswith(DATELINE):
        return None
    if in_quotes(text, start) or not (number[0][-1] in "%％‰" or _HAN.match(number[0][-1])):
        return None
    sure = text[start - 1] in _BEFORE_NUMBERS or _DATELINE_DATE.match(text, end)
    return Level.LIKELY if sure or prose(start) else None


in_numbers_step = Step("in_numbers", in_numbers)
