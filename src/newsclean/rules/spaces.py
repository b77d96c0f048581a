"""Spaces that a typesetter or an extractor put between characters; Chinese is written without any.

Indents, spaces at a line's end, and spaces that divide (headlines in two halves, names, columns) are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from newsclean.chars import BLANK, CLOSER, HAN, MARK, NEWLINE, OPENER
from newsclean.edits import Edit, Level
from newsclean.steps import Step

_WIDE = HAN + MARK + OPENER + CLOSER + "…—·％"
_HAN = re.compile(f"[{HAN}]")
_BLANKS = re.compile(f"[{BLANK}]+")
_SENTENCE_MARK = re.compile("[，。；：！？、,;:!?]")
_CLAUSE_MARK = re.compile("[，。；,;]")

# ---- between Chinese characters ----------------------------------------------------------------------------------------

_HAS_GAP = re.compile(f"[{BLANK}](?=[{_WIDE}])")
_GAP = re.compile(f"(?<=[{_WIDE}])[{BLANK}]+(?=[{_WIDE}])")
_NUMBER_GAP = re.compile(f"(?<=[{_WIDE}])[{BLANK}]+(?=[0-9])|(?<=[0-9%])[{BLANK}]+(?=[{_WIDE}])|(?<=[{BLANK}][0-9])[{BLANK}](?=[0-9][{BLANK}])")
_BYLINE = re.compile(
    "（[^（）]{0,40}(?:记者|通讯员|实习生|特约)[^（）]*(?:）|$)|\\([^()（）]{0,40}(?:记者|通讯员|实习生|特约)[^()]*(?:\\)|$)"
    f"|^[^（）()]{{0,12}}[）)]|(?:记者|通讯员|作者|编辑|责编|美编|校对|视觉|摄影)(?:[{BLANK}]*[{HAN}]{{1,4}}(?![{HAN}]))+"
)
_CANNOT_BEGIN = frozenset("的了着过们性化")
_CANNOT_END = frozenset("的和与及或在把被对从将按向于并且而也就都很更最所以是")
_STANDS_ALONE = frozenset("摄文图男女□■●◆▲※")
_ITEMS = frozenset("一二三四五六七八九十甲乙丙丁戊己庚辛壬癸东南西北中春夏秋冬金木水火土")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方"
    "邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)


@lru_cache(maxsize=1)
def _tied_pairs() -> frozenset[str]:
    """Pairs of characters that belong to one word."""
    rows = resources.files("newsclean").joinpath("data/tied_pairs.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(row[0] + second for row in rows if not row.startswith("#") for second in row[2:])


def _lines(text: str, having: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Start and end of each line in which a pattern is found."""
    at = 0
    while found := having.search(text, at):
        start = text.rfind("\n", at, found.start()) + 1 or at
        end = text.find("\n", found.end())
        end = len(text) if end < 0 else end
        yield start, end
        at = end


def between_chinese(text: str) -> Iterator[Edit]:
    """Spaces between Chinese characters: letter-spaced lines, and spaces strewn over a paragraph.

    A line is judged as a whole: spaces that leave single characters standing, that part a word in two, or that stand
    before 的 or behind 和 speak for damage. A space that divides has none of these: halves of a headline
    (党旗飘扬 同心抗疫), names (刘素琴 王峰), a name spread to the width of three (张　婷), the columns of a table.

    >>> between_chinese_step("务 川 自 治 县")
    '务川自治县'
    >>> between_chinese_step("党旗飘扬 同心抗疫")
    '党旗飘扬 同心抗疫'
    """
    for start, end in _lines(text, _HAS_GAP):
        line = text[start:end]
        for gap_start, gap_end, level, reason in _gaps_to_close(line):
            yield Edit(start + gap_start, start + gap_end, "", "between_chinese", level, reason)


def _gaps_to_close(line: str) -> Iterator[tuple[int, int, Level, str]]:
    gaps = [m.span() for m in _GAP.finditer(line)]
    if not gaps:
        return
    names = [m.span() for m in _BYLINE.finditer(line)] if "者" in line or "员" in line or "）" in line or ")" in line else []
    tied = _tied_pairs()
    evidence: list[bool] = []
    outside: list[tuple[int, int]] = []  # gaps that stand in no byline
    k = 0
    for start, end in gaps:
        while k < len(names) and names[k][1] <= start:
            k += 1
        if k < len(names) and names[k][0] < start:
            continue
        outside.append((start, end))
        a, b = line[start - 1], line[end]
        if line[start:end] == "\u3000" and _spread_name(line, start, end):
            evidence.append(False)
        else:
            evidence.append(
                a + b in tied or b in _CANNOT_BEGIN or a in _CANNOT_END or _single(line, start - 1) or _single(line, end)
            )
    strength, count = sum(evidence), len(outside)
    prose = _SENTENCE_MARK.search(line) is not None
    damaged = strength >= (2 if prose else 3) and strength >= count * (0.3 if prose else 0.5)
    if damaged and not prose and _is_list_of_items(line, outside):
        damaged = False
    if damaged:
        spaced = strength >= 4 and strength >= count * 0.8
        reason = "a space in a letter-spaced line" if spaced else "a space between Chinese characters of a sentence"
        keep = set(gaps) - set(outside)
        for start, end in gaps:
            if (start, end) not in keep:
                yield start, end, Level.LIKELY, reason
            elif _single(line, start - 1) or _single(line, end):
                if not _is_role(line, start):
                    yield start, end, Level.LIKELY, "a space within a name of a damaged line"
        if spaced:
            for m in _NUMBER_GAP.finditer(line):
                yield m.start(), m.end(), Level.LIKELY, reason
        return
    clause = _CLAUSE_MARK.search(line) is not None
    for (start, end), evident in zip(outside, evidence, strict=True):
        if not evident or end - start > 2:
            continue
        a, b = line[start - 1], line[end]
        if clause and (a + b in tied or b in _CANNOT_BEGIN or a in _CANNOT_END):
            yield start, end, Level.LIKELY, "a space inside a word or a phrase"


def _single(line: str, place: int) -> bool:
    """Does a Chinese character stand by itself between two spaces (or a space and a line's edge)?"""
    before, after = line[place - 1 : place], line[place + 1 : place + 2]
    return (
        line[place] not in _STANDS_ALONE
        and (before in BLANK or place == 0)
        and (after in BLANK)
        and _HAN.match(line[place]) is not None
    )


def _spread_name(line: str, start: int, end: int) -> bool:
    """Does an ideographic space spread a name of two characters (张　婷)?"""
    return not _HAN.match(line[start - 2 : start - 1] or "|") and not _HAN.match(line[end + 1 : end + 2] or "|")


def _is_role(line: str, start: int) -> bool:
    """Does a role (记者, 通讯员) end before the gap?"""
    return line[max(0, start - 3) : start].replace(" ", "").endswith(("者", "员", "生", "编", "对", "辑"))


def _is_list_of_items(line: str, gaps: list[tuple[int, int]]) -> bool:
    """Single characters that are items of a list (东 南 西 北), or names of two characters (王 峰 李 娜)."""
    tokens = line.split()
    if any(len(token) > 1 for token in tokens):
        return False
    tied = _tied_pairs()
    if all(token in _ITEMS for token in tokens):
        return True
    names = len(tokens) % 2 == 0 and all(token in _SURNAMES for token in tokens[::2])
    return names and not any(line[start - 1] + line[end] in tied for start, end in gaps)


# ---- in numbers --------------------------------------------------------------------------------------------------------

_DIGIT_GAP = re.compile(f"[{BLANK}]+(?:(?=[0-9%％年月日第号])|(?<=[0-9%％.,][{BLANK}]))")
_NUMBER_BEFORE = re.compile("[0-9][0-9.,:/%％‰~～-]*$")
_NUMBER_AFTER = re.compile(f"[0-9][0-9.,:/~～-]*(?:[{BLANK}][.]?[0-9]{{1,2}})?(?:[%％‰]|[{BLANK}]?[{HAN}])?")
_DATELINE = ("消息", "讯", "电", "报道", "热线", "电话", "手机", "传真", "邮编", "专线", "号码")
_SPLIT_YEAR = re.compile(f"(?<![0-9.,A-Za-z])(?:1[{BLANK}]?9|2[{BLANK}]?0)[{BLANK}]?[0-9][{BLANK}]?[0-9](?=[{BLANK}]?年)")
_SPLIT_DECIMAL = re.compile(f"(?<=[0-9])(?:[.][{BLANK}]|[{BLANK}][.][{BLANK}]?)(?=[0-9]{{1,2}}[{BLANK}]?[%％万亿元吨个倍])")
_SPLIT_THOUSANDS = re.compile(f"(?<=[0-9])(?:,[{BLANK}]|[{BLANK}],[{BLANK}]?)(?=[0-9]{{3}}[{BLANK}]?[%％万亿元吨个人名户公亩])")
_LATIN_BEFORE = re.compile(f"[A-Za-z][{BLANK}]*$")


def in_numbers(text: str) -> Iterator[Edit]:
    """Spaces inside dates and numbers, and between a number and its unit: 3 月 20 日, 5. 6%, 增长 8 个.

    A number that belongs to a Latin name (Windows 11), a telephone number, a list's number and the numbers of a table
    or headline keep their spaces.

    >>> in_numbers_step("3 月 20 日，务川增长 5. 6%，升级 Windows 11 系统")
    '3月20日，务川增长5.6%，升级 Windows 11 系统'
    """
    if not _DIGIT_GAP.search(text):
        return
    for pattern, reason in (
        (_SPLIT_YEAR, "a space inside a year"),
        (_SPLIT_DECIMAL, "a space at a decimal point"),
        (_SPLIT_THOUSANDS, "a space in a number of thousands"),
    ):
        for m in pattern.finditer(text):
            if pattern is _SPLIT_DECIMAL and _begins_line(text, m.start()):
                continue  # the number of a list
            for gap in _BLANKS.finditer(text, m.start(), m.end()):
                yield Edit(gap.start(), gap.end(), "", "in_numbers", Level.SURE, reason)
    prose = _Prose(text)
    for gap in _BLANKS.finditer(text):
        start, end = gap.span()
        if end - start > 2 or start == 0 or end == len(text):
            continue
        a, b = text[start - 1], text[end]
        if a.isdigit() and a.isascii() and b in "%％" or (a in "0123456789%％" and _HAN.match(b)):
            verdict = _behind_number(text, start, end, prose)
        elif _HAN.match(a) and b.isdigit() and b.isascii():
            verdict = _before_number(text, start, end, prose)
        else:
            continue
        if verdict:
            yield Edit(start, end, "", "in_numbers", verdict, "a space between a number and its unit")


def _begins_line(text: str, place: int) -> bool:
    """Does a line's first number end here?"""
    head = text[max(0, place - 6) : place]
    number = head.lstrip(BLANK + NEWLINE)
    return number.isdigit() and len(number) <= 2 and (len(head) < 6 or any(c in NEWLINE for c in head))


class _Prose:
    """Whether a place stands in a line that is written in sentences; each line is judged once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.start = self.end = 0
        self.verdict = False

    def __call__(self, place: int) -> bool:
        if not self.start <= place < self.end:
            text = self.text
            self.start = text.rfind("\n", 0, place) + 1 if place < self.end else text.rfind("\n", self.end, place) + 1 or self.end
            end = text.find("\n", place)
            self.end = len(text) if end < 0 else end + 1
            self.verdict = _CLAUSE_MARK.search(text, self.start, self.end) is not None and (
                _HAN.search(text, self.start, self.end) is not None
            )
        return self.verdict


def _behind_number(text: str, start: int, end: int, prose: _Prose) -> Level | None:
    before = text[max(0, start - 24) : start]
    number = _NUMBER_BEFORE.search(before)
    if number is None or _LATIN_BEFORE.search(before, 0, number.start()):
        return None
    digits = sum(c.isdigit() for c in number[0])
    if text[end] in "%％" or (text[end] in "年月日" and digits <= 4):
        return Level.SURE
    if digits >= 7 or "-" in number[0] and digits >= 6:
        return None  # a telephone number
    first = before[: number.start()].rstrip(BLANK)[-1:]
    if first == "第":
        return Level.SURE
    if not first or first in NEWLINE:
        return None  # the number of a list, of a page, of a table
    return Level.LIKELY if prose(start) else None


def _before_number(text: str, start: int, end: int, prose: _Prose) -> Level | None:
    number = _NUMBER_AFTER.match(text, end)
    if number is None:
        return None
    digits = sum(c.isdigit() for c in number[0])
    if text[start - 1] == "第" and digits <= 4:
        return Level.SURE
    if text[start - 1] in "年月" and digits <= 2 and number[0][-1] in "月日号" and text[max(0, start - 3) : start - 1].strip(BLANK)[-1:].isdigit():
        return Level.SURE
    if digits >= 7 or "-" in number[0] and digits >= 6 or text[max(0, start - 4) : start].endswith(_DATELINE):
        return None
    if not (number[0][-1] in "%％‰" or _HAN.match(number[0][-1])):
        return None
    return Level.LIKELY if prose(start) else None


# ---- around marks ------------------------------------------------------------------------------------------------------

_NO_SPACE_BEFORE = frozenset("，。、；：！？）》〉】〕」』”’")
_NO_SPACE_BEHIND = frozenset("（《〈【〔「『“‘")
_DIVIDES_CLAUSES = frozenset("，、；：")
_MARK_GAP = re.compile(f"[{BLANK}]+(?:(?=[{MARK}{OPENER}{CLOSER}])|(?<=[{MARK}{OPENER}{CLOSER}][{BLANK}])|(?<=[{BLANK}]{{2}}))")
_CREDIT = re.compile(f"[^，。；\\n]{{0,24}}(?:摄|文/图|图/文|供图|摄影报道)[）)]?[{BLANK}]*(?:\\n|$)|（?(?:记者|通讯员|本报记者)")


def at_marks(text: str) -> Iterator[Edit]:
    """Spaces around Chinese marks: before ， 。 ） ”, behind ， （ “, and on both sides of them inside sentences.

    What stands behind a sentence's end and is no sentence stays apart: 。 张三 摄. So do columns (four spaces or more).

    >>> at_marks_step("遵义市“ 311 ”指挥部 ，统筹调度 。")
    '遵义市“311”指挥部，统筹调度。'
    """
    if not _MARK_GAP.search(text):
        return
    prose = _Prose(text)
    for gap in _BLANKS.finditer(text):
        start, end = gap.span()
        if start == 0 or end == len(text) or end - start > 3 or "\t" in gap[0]:
            continue
        a, b = text[start - 1], text[end]
        if a in NEWLINE or b in NEWLINE:
            continue
        if b in _NO_SPACE_BEFORE:
            yield Edit(start, end, "", "at_marks", Level.SURE, "a space before a mark")
        elif a in _NO_SPACE_BEHIND:
            yield Edit(start, end, "", "at_marks", Level.SURE, "a space behind an opening mark")
        elif a in _DIVIDES_CLAUSES:
            yield Edit(start, end, "", "at_marks", Level.LIKELY, "a space behind a mark")
        elif a in "。！？":
            if not _CREDIT.match(text, end) and _CLAUSE_MARK.search(text, end, _line_end(text, end, 40)):
                yield Edit(start, end, "", "at_marks", Level.LIKELY, "a space between sentences")
        elif a in "）》”’】" and (b in _NO_SPACE_BEHIND or b.isalnum()):
            if end - start == 1 and prose(start) and not _CREDIT.match(text, end):
                yield Edit(start, end, "", "at_marks", Level.LIKELY, "a space behind a closing mark")
        elif b in "（“‘《" and (a.isalnum() or a == "%") and end - start == 1 and prose(start):
            if b == "（" or not text[max(0, start - 4) : start].endswith(_DATELINE):
                yield Edit(start, end, "", "at_marks", Level.LIKELY, "a space before an opening mark")


def _line_end(text: str, start: int, reach: int) -> int:
    """The end of the line, or as far as one looks."""
    end = text.find("\n", start, start + reach)
    return start + reach if end < 0 else end


between_chinese_step = Step("between_chinese", between_chinese)
in_numbers_step = Step("in_numbers", in_numbers)
at_marks_step = Step("at_marks", at_marks)
