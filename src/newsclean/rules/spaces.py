"""Spaces that a typesetter or an extractor put between Chinese characters, which are written without any.

Indents, spaces at a line's end, and spaces that divide (headlines in two halves, names, columns) are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

import numpy as np

from newsclean.chars import BLANK, CLOSER, HAN, MARK, NEWLINE, OPENER, is_traditional
from newsclean.edits import Edit, Level
from newsclean.language import load
from newsclean.steps import Step

_WIDE = HAN + MARK + OPENER + CLOSER + "…—·％"
_HAN = re.compile(f"[{HAN}]")
_WIDE_CHARACTER = re.compile(f"[{_WIDE}]")
_FULL = f"[^{BLANK}{NEWLINE}]"
# One pattern for each blank that may begin a run: what begins with one letter is found ten times as fast
_RUNS = tuple((c, re.compile(f"{c}(?<={_FULL}{c})[{BLANK}]*(?={_FULL})")) for c in " \u3000\t\xa0")
_SENTENCE_MARK = re.compile("[，。；：！？、,;:!?]")
CLAUSE_MARK = re.compile("[，。；,;]")

_COLUMN = 4  # so many blanks part the columns of a page
_GAP = re.compile(f"[{BLANK}](?<=[{_WIDE}].)[{BLANK}]{{0,{_COLUMN - 2}}}(?=[{_WIDE}])")
_NUMBER_GAP = re.compile(
    f"[{BLANK}](?:(?<=[{_WIDE}].)[{BLANK}]*(?=[0-9])|(?<=[0-9%].)[{BLANK}]*(?=[{_WIDE}])|(?<=[{BLANK}][0-9].)(?=[0-9][{BLANK}]))"
)
_LISTED = 5  # so many ideographic spaces in a line part the names of a list
_BYLINE = re.compile(
    "（[^（）]{0,40}(?:记者|通讯员|实习生|特约)[^（）]*(?:）|$)|\\([^()（）]{0,40}(?:记者|通讯员|实习生|特约)[^()]*(?:\\)|$)"
    f"|^[^（）()]{{0,12}}[）)]|(?:记者|通讯员|作者|编辑|责编|美编|校对|视觉|摄影)(?:[{BLANK}]+[{HAN}]{{2,4}}(?![{HAN}])){{1,6}}(?=[{BLANK}]*(?:$|[）)/：]|摄|文|图|报道))"
)
_CREDITS = re.compile(
    f"(?:编辑|责编|美编|校对|版式|设计|视觉|摄影|记者|通讯员|主编|统筹|策划|组版|检校|审读|审校|监制|文案|制图|作者|值班)[{BLANK}：:]"
)
_SPREAD_ROLE = re.compile(f"[{BLANK}]*[{HAN}](?:[{BLANK}]+[{HAN}]){{1,4}}[{BLANK}]*[：:][{BLANK}]*[{HAN}]{{1,3}}(?:[{BLANK}]|$)")  # 总 编 辑：张 华
_ROW = re.compile(f"[{NEWLINE}]+[^{NEWLINE}]{{1,200}}")
_HEADS = 4  # a row of fewer fields is not looked upon as one of a table
_LONG = 1 << 10  # longer lines are not remembered
_RUNS_ON = 1.0  # log-odds at which a space stands inside a sentence's phrase
_PLAIN = 0.5  # what the junction alone is worth less than what is weighed with both sides
_RUNS_ON_BARE = 3.0  # the same in a line without marks: a headline's halves run on, too, if less well
_HALF = 4  # so many characters may be half a headline,
_RUNS_ON_HALVES = 4.6  # of which two run on by more
_WORD_GAIN = 3.8  # what each character adds to the log-odds of one word
_FEW = 3  # more spaces than this in a line without marks are those of a list or a table
_NEVER = -99.0  # log-odds where a space belongs
_LABEL = 6  # so many characters at a line's start may be a label: 编者按 近日
_PARTED = re.compile(f"(?:第[0-9一二三四五六七八九十百]+[{HAN}]|[讯电]|消息|报道|编者按|按语|提示|导语|摘要|关键词)$")
_ROLE_BEHIND = re.compile("[长席者记员授师家士理事官裁监版手人生長員師]$")
_CANNOT_BEGIN = frozenset("的了着过们性化")
_CANNOT_END = frozenset("的和与及或在把被对从将按向于并且而也就都很更最所以是为但未没不各每这那")
_NO_WORD = frozenset("摄文图男女□■●◆▲※")
_ITEMS = frozenset("一二三四五六七八九十甲乙丙丁戊己庚辛壬癸东南西北中春夏秋冬金木水火土")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方"
    "邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
    "陳劉張楊趙吳孫馬羅鄭謝許韓馮鄧蕭黃葉蘇呂盧鍾賈鄒龍賀顧龔萬錢嚴湯蔣餘韋范簡"
)
_NAME_BEHIND = re.compile(f"[{HAN}]{{2,3}}(?![{HAN}])")
_NAME_BEFORE = re.compile(f"(?<![{HAN}])[{''.join(sorted(_SURNAMES))}][{HAN}]{{1,2}}$")
_COMPOUND_SURNAMES = re.compile("欧阳|司马|上官|诸葛|夏侯|司徒|皇甫|尉迟|公孙|慕容|令狐|东方|南宫|端木|长孙|宇文")


@lru_cache(maxsize=1)
def _tied_pairs() -> frozenset[str]:
    """Pairs of characters that belong to one word."""
    rows = resources.files("newsclean").joinpath("data/tied_pairs.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(row[0] + second for row in rows if not row.startswith("#") for second in row[2:])


def blank_runs(text: str) -> list[tuple[int, int]]:
    """Start and end of each run of blanks inside a line: indents and line ends are none."""
    return sorted(m.span() for c, pattern in _RUNS if c in text for m in pattern.finditer(text))


def _lines(text: str, runs: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Start and end of each line in which a Chinese character or mark follows a run of blanks."""
    at = 0
    for _, run_end in runs:
        if run_end < at or not _WIDE_CHARACTER.match(text, run_end):
            continue
        start = text.rfind("\n", at, run_end) + 1 or at
        end = text.find("\n", run_end)
        at = len(text) if end < 0 else end
        yield start, at


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
    spans = list(_lines(text, blank_runs(text)))
    lines = [(_line if end - start < _LONG else _Line)(text[start:end]) for start, end in spans]
    doubtful: list[tuple[int, _Line]] = []  # lines that are not damaged as a whole: their spaces are judged one by one
    for k, (line, (start, end)) in enumerate(zip(lines, spans, strict=True)):
        before = k > 0 and lines[k - 1].damaged and spans[k - 1][1] + 1 == start
        behind = k + 1 < len(lines) and lines[k + 1].damaged and end + 1 == spans[k + 1][0]
        if not line.prose and _heads_table(text, line.line, end):
            continue
        if line.damaged or (before and behind) or ((before or behind) and line.prose):
            for a, b, reason in line.all_closed():
                yield Edit(start + a, start + b, "", "between_chinese", Level.LIKELY, reason)
        elif line.single:
            doubtful.append((start, line))
    _judge([line for _, line in doubtful])
    for start, line in doubtful:
        for a, b in line.closed():
            reason = "a space inside a word or a phrase"
            yield Edit(start + a, start + b, "", "between_chinese", Level.LIKELY, reason)


def _heads_table(text: str, line: str, end: int) -> bool:
    """Does a row of figures with as many fields follow on a line that ends here?"""
    row = _ROW.match(text, end)
    if row is None:
        return False
    fields, heads = row[0].split(), line.split()
    return len(fields) == len(heads) >= _HEADS and 2 * sum(c[-1].isdigit() for c in fields) > len(fields)


@lru_cache(maxsize=1 << 10)
def _line(line: str) -> _Line:
    """A line, read once however often a page that is gone through again has it."""
    return _Line(line)


def _judge(lines: list[_Line]) -> None:
    """Ask the model about the single spaces of all lines at once, as far as they have not been asked about."""
    new = [line for line in lines if line.odds is None]
    odds = iter(_runs_on([(*pair, line.clauses) for line in new for *_, pair in line.single if pair]))
    for line in new:
        line.odds = [next(odds) if pair else _NEVER for *_, pair in line.single]


def _runs_on(asked: list[tuple[str, str, bool]]) -> list[float]:
    """The log-odds that spaces stand inside a phrase; of what stands on both sides, and whether the line has marks."""
    if not asked:
        return []
    model = load()
    lefts, rights = [left for left, *_ in asked], [right for _, right, _ in asked]
    junction = model.junction(lefts, rights)
    weighed: list[float] = (junction - _PLAIN).tolist()
    some = np.flatnonzero(junction >= 0).tolist()
    if some:
        begins, ends = model.begins([rights[k] for k in some]), model.ends([lefts[k] for k in some])
        # weights of a logistic regression: 9,300 spaces of clean headlines against 8,000 put in at random
        odds = (0.72 * junction[some] - 0.41 * begins - 0.62 * ends - 2.36).tolist()
        for k, odd in zip(some, odds, strict=True):
            left, right, clauses = asked[k]
            odd += 1.44 * (left[-1] + right[0] in _tied_pairs())
            odd += 0.84 * (right[0] in _CANNOT_BEGIN) + 1.56 * (left[-1] in _CANNOT_END)
            weighed[k] = max(odd, weighed[k]) if clauses else odd
    return weighed


_Gap = tuple[int, int, bool, tuple[str, str] | None]
"""A space, whether it parts a word, and what stands on both sides of it: None where it belongs there."""


class _Line:
    """A line with spaces before Chinese characters, and what speaks for damage."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.gaps = [m.span() for m in _GAP.finditer(line)]
        names = [m.span() for m in _BYLINE.finditer(line)] if any(c in line for c in "者员）)编辑") else []
        self.outside: list[tuple[int, int]] = []  # gaps that stand in no byline
        k = 0
        for gap in self.gaps:
            while k < len(names) and names[k][1] <= gap[0]:
                k += 1
            if k == len(names) or names[k][0] >= gap[0]:
                self.outside.append(gap)
        self.evidence = _evidence(line, self.outside)
        strength, count = sum(self.evidence), len(self.outside)
        self.clauses = CLAUSE_MARK.search(line) is not None
        self.prose = _SENTENCE_MARK.search(line) is not None
        self.damaged = strength >= (2 if self.prose else 3) and strength >= count * (0.3 if self.prose else 0.5)
        if not self.prose and strength == count == 2 and len(line.split()) == 3 and len(line.strip()) == 5:
            self.damaged = True  # 第 一 版
        if not self.prose and strength == count == 2 and len(line.split()) == 3 and _torn_word(line):
            self.damaged = True  # 图 书 馆全天开放
        if self.damaged and not self.prose and _is_list_of_items(line, self.outside):
            self.damaged = False
        if not self.clauses and (_CREDITS.search(line) or _SPREAD_ROLE.match(line)):
            self.damaged = False
        self.spaced = self.damaged and strength >= 4 and strength >= count * 0.8
        self.single = [] if self.damaged else self._single()
        self.odds: list[float] | None = None  # of each of these, that the sentence runs on behind it

    def all_closed(self) -> Iterator[tuple[int, int, str]]:
        """The spaces to delete, and why, if the line is damaged, or stands among damaged ones."""
        line = self.line
        reason = "a space in a letter-spaced line" if self.spaced else "a space between Chinese characters of a sentence"
        closed = set(self.outside)
        for start, end in self.gaps:
            if (start, end) in closed:
                yield start, end, reason
            elif (_single(line, start - 1) or _single(line, end)) and not _is_role(line, start):
                yield start, end, "a space within a name of a damaged line"
        if self.spaced:
            for m in _NUMBER_GAP.finditer(line):
                yield m.start(), m.end(), reason

    def _single(self) -> list[_Gap]:
        """The spaces that are to be judged one by one."""
        line = self.line
        if _SPREAD_ROLE.match(line):
            return []
        if self.clauses:
            widest = 2 if line.count("\u3000") < _LISTED else 0
        else:
            widest = 1 if len(self.gaps) <= _FEW and not _CREDITS.search(line) else 0
        return [
            (start, end, self.clauses and evident and _inside_words(line, start, end), _beside(line, start, end))
            for (start, end), evident in zip(self.outside, self.evidence, strict=True)
            if end - start <= widest and not in_quotes(line, start)
            if self.clauses or (_least(line, start, end) < -_NEVER and not is_traditional(line, start))
        ]

    def closed(self) -> Iterator[tuple[int, int]]:
        """Those of the single spaces to delete, when the model has judged them."""
        judged = [(*gap[:3], odds) for gap, odds in zip(self.single, self.odds or [], strict=True)]
        if not self.clauses:
            for start, end, _, odds in judged:
                if odds >= _least(self.line, start, end):
                    yield start, end
            return
        indent = len(self.line) - len(self.line.lstrip())
        strewn = sum(torn or odds >= _RUNS_ON for _, _, torn, odds in judged) > max(1, len(judged) // 2)
        for start, end, torn, odds in judged:
            sure = odds >= _RUNS_ON_BARE or (odds >= _RUNS_ON and not _is_label(self.line, indent, start))
            if torn or sure or (strewn and odds >= -_PLAIN):
                yield start, end


def _torn_word(line: str) -> bool:
    """Is a line's first word torn in three? Rows of things are less of a word: 金 银 铜牌."""
    first, second, third = line.split()
    if len(first) > 1 or len(second) > 1 or not _HAN.match(first):
        return False
    return bool(load().context_gain(first + second + third[0])[1:].min() >= _WORD_GAIN)


def _inside_words(line: str, start: int, end: int) -> bool:
    """Does a space part a word, or a phrase that is written in one?"""
    a, b = line[start - 1], line[end]
    if _PARTED.search(line[max(0, start - 8) : start]):
        return False
    return a + b in _tied_pairs() or b in _CANNOT_BEGIN or a in _CANNOT_END


def _beside(line: str, start: int, end: int) -> tuple[str, str] | None:
    """What stands on both sides of a space; None where the space belongs, as behind a role."""
    parted = _PARTED.search(line[max(0, start - 8) : start])
    if parted or not (_stands_alone(line[start - 1]) and _stands_alone(line[end])):
        return None
    if _ROLE_BEHIND.search(line[start - 1 : start]) and line[end] in _SURNAMES:
        return None
    head = line[max(0, start - 24) : start]
    if head.rfind("（") > head.rfind("）") or head.rfind("(") > head.rfind(")"):
        return None
    if (name := _NAME_BEHIND.match(line, end)) and _NAME_BEFORE.search(head) and name[0][0] in _SURNAMES:
        return None
    return line[max(0, start - 12) : start], line[end : end + 12]


def _least(line: str, start: int, end: int) -> float:
    """The log-odds that a space needs to be closed in a line without marks, by what stands on both sides of it."""
    left, right = line[:start].split()[-1:] or [""], line[end:].split(maxsplit=1)[:1] or [""]
    sizes = sorted((len(left[0]), len(right[0])))
    parallel = sizes[0] == sizes[1] >= 2 or right[0][:1] in (left[0][:1], left[0][-1:])
    if parallel or (left[0] in _SURNAMES and sizes[1] <= 2):
        return -_NEVER  # a couplet; a name spread to the width of three
    return _RUNS_ON_BARE if sizes[0] < _HALF else _RUNS_ON_HALVES


def _is_label(line: str, indent: int, start: int) -> bool:
    """Is what stands between a line's indent and a space perhaps the label of the line, as in 编者按 近日？"""
    return start - indent <= _LABEL and not _SENTENCE_MARK.search(line, indent, start)


def _evidence(line: str, gaps: list[tuple[int, int]]) -> list[bool]:
    """For each space: does it speak for damage?"""
    tied = _tied_pairs()
    evidence = []
    last, following = 0, [*(start for start, _ in gaps[1:]), len(line)]
    for (start, end), behind in zip(gaps, following, strict=False):
        a, b = line[start - 1], line[end]
        alone = (start - last == 1 and _stands_alone(a)) or (behind - end == 1 and _stands_alone(b))
        last = end
        spread = alone and line[start] == "\u3000" and end - start == 1 and _spread_name(line, start, end)
        evidence.append(not spread and (alone or a + b in tied or b in _CANNOT_BEGIN or a in _CANNOT_END))
    return evidence


def _stands_alone(c: str) -> bool:
    """May a character that stands alone between two spaces be part of a torn word?"""
    return c not in _NO_WORD and _HAN.match(c) is not None


def _single(line: str, place: int) -> bool:
    """Does a Chinese character stand by itself between two spaces (or a space and a line's edge)?"""
    before, after = line[place - 1 : place], line[place + 1 : place + 2]
    return (
        line[place] not in _NO_WORD
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
    if all(_COMPOUND_SURNAMES.fullmatch(token) for token in tokens[::2]):
        return True
    if any(len(token) > 1 for token in tokens):
        return False
    tied = _tied_pairs()
    if all(token in _ITEMS for token in tokens):
        return True
    names = len(tokens) % 2 == 0 and all(token in _SURNAMES for token in tokens[::2])
    return names and not any(line[start - 1] + line[end] in tied for start, end in gaps)


class Prose:
    """Whether a place stands in a line that is written in sentences; each line is judged once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.start = self.end = 0
        self.verdict = False

    def __call__(self, place: int) -> bool:
        """Does the line around this place hold sentences?"""
        if not self.start <= place < self.end:
            text = self.text
            self.start = (
                text.rfind("\n", 0, place) + 1
                if place < self.end
                else text.rfind("\n", self.end, place) + 1 or self.end
            )
            end = text.find("\n", place)
            self.end = len(text) if end < 0 else end + 1
            self.verdict = CLAUSE_MARK.search(text, self.start, self.end) is not None and (
                _HAN.search(text, self.start, self.end) is not None
            )
        return self.verdict


def in_quotes(text: str, place: int) -> bool:
    """Inside a short quotation or title a space may part the halves of a name or headline."""
    head = text[max(0, place - 24) : place]
    return any(head.rfind(opening) > head.rfind(closing) for opening, closing in ("“”", "《》", "「」", "『』", "【】"))


between_chinese_step = Step("between_chinese", between_chinese)
