"""Marks of half width in Chinese sentences, after GB/T 15834."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsclean.chars import BLANK, CLOSER, HAN, LATIN, MARK, NEWLINE, NUMERAL, OPENER
from newsclean.edits import Edit, Level
from newsclean.rules.protected import Protected
from newsclean.steps import Step

_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile(f"[{LATIN}]")
_LATIN_WORD = re.compile(f"[{LATIN}]+")

# ---- marks of half width -------------------------------------------------------------------------

_HALF = re.compile("[,.:;!?](?:(?<![0-9A-Za-z].)|(?![0-9A-Za-z]))")
_FULL = dict(zip(",.:;!?", "，。：；！？", strict=True))
_SKIPPED = frozenset(BLANK + MARK + OPENER + CLOSER + ",.:;!?()\"'…")
_CHINESE_CLOSER = frozenset(CLOSER + "…")
_CHINESE_OPENER = frozenset(OPENER)
_SIGN = frozenset("%％℃‰")
_LIST_NUMBER = re.compile(
    f"(?:^|[{NEWLINE}]|[。；：;:，,、！？!?”）){BLANK}（(])[{BLANK}]*(?:[0-9]{{1,3}}|[{NUMERAL}十]{{1,3}}|[A-Za-z])$"
)
_SCORE = re.compile("[0-9][:：][0-9]{1,3}$")
_REFERENCE = re.compile(r"\[[A-Z]{1,2}(?:/OL)?\][.．]")  # 王力.古代汉语[M].北京: the marks of GB/T 7714
_ENGLISH_QUOTE = re.compile("[“‘\"][^“”‘’\"\u3400-\u9fff\n]{2,80}$")
_NEXT = re.compile(f"[{NEWLINE}]+[^{NEWLINE}]")
_LEADER = 100  # a row of more marks than this is a rule or a leader
_SCALES = frozenset("万亿元倍")  # behind a decimal that lost its digits
_LATIN_NUMBER = re.compile(r"[A-Za-z] [0-9]+$")
_NUMBER = re.compile(r"[0-9][0-9.,]*$")
_NUMBERED = re.compile(r"[图表例注题附件款条第节章项号][0-9.]*$")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*$")
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "st",
        "no",
        "vs",
        "co",
        "inc",
        "ltd",
        "corp",
        "jr",
        "sr",
        "prof",
        "gen",
        "gov",
        "fig",
        "vol",
        "pp",
        "ed",
        "al",
        "etc",
        "dept",
        "univ",
        "ave",
        "vol",
        "p",
    ]
)
_ENGLISH_BEFORE = re.compile(r"(?:[A-Za-z'’-]+[ ,]+){2,}[A-Za-z'’-]+$")
# Characters that write the sounds of foreign names; both sides of a point are made of them in 列夫.托尔斯泰
_SOUNDS = (
    "阿埃艾爱安昂奥巴芭白拜班邦保鲍贝本比彼毕波伯博勃布查茨达戴丹道德登邓迪蒂杜多恩尔法范菲芬佛夫弗福盖甘戈格古哈海汉赫亨霍基吉季加佳贾简杰金卡凯康考科克肯库昆拉"
    "莱兰朗劳勒雷里理利丽莉列林琳卢鲁路伦罗洛马玛迈曼梅门蒙米密明莫默姆穆纳娜南内尼妮诺欧帕佩彭皮珀普奇齐乔切琴让热日萨塞桑森沙莎舍什诗史施斯丝苏索塔泰坦汤特滕提"
    "汀廷图托瓦万威韦维魏温文翁沃乌伍西希夏谢辛休修雅亚延扬耶叶伊易因英尤约赞泽扎詹珍朱茱兹佐"
)
_SOUNDS_ONLY = "翰夫斯尔克特姆伊莎弗娜妮蒂丝琳洛茨茜葛蕾薇埃艾萨泽迪诺顿逊卡戈佩森鲁菲伯詹莱"  # rare in other words
_FOREIGN_NAME = re.compile(
    f"(?=[{_SOUNDS}]{{0,5}}[{_SOUNDS_ONLY}])[{_SOUNDS}]{{2,6}}[.．](?=[{_SOUNDS}]{{0,5}}[{_SOUNDS_ONLY}])[{_SOUNDS}]{{2,6}}"
)


_WORDS = dict(
    zip(",.:;!?", ("comma", "full stop", "colon", "semicolon", "exclamation mark", "question mark"), strict=True)
)
_BETWEEN = {mark: f"half-width {word} between Chinese characters" for mark, word in _WORDS.items()}


def half_width(text: str) -> Iterator[Edit]:
    """Half-width , . : ; ! ? become ，。：；！？ where the sentence around them is Chinese, also at a line's end.

    What stands on both sides decides, quotes and brackets aside. Numbers (1,234.5; 10:30; 3:2), versions, dates, the
    point behind a list's number, addresses, paths, code and English sentences keep their marks.

    >>> half_width_step("据了解,全市供应充足,增长3.5%.详见www.news.cn.")
    '据了解，全市供应充足，增长3.5%。详见www.news.cn.'
    """
    protected = Protected(text)
    run_start = run_end = -1
    left = right = ""
    leader = False
    for m in _HALF.finditer(text):
        at = m.start()
        if (
            m[0] in ",;!?"
            and "\u4e00" <= text[at - 1 : at] <= "\u9fff"
            and "\u4e00" <= text[at + 1 : at + 2] <= "\u9fff"
        ):
            if not protected(at):
                yield Edit(at, at + 1, _FULL[m[0]], "half_width", Level.SURE, _BETWEEN[m[0]])
            continue
        if m[0] == "." and "." in (text[at - 1 : at], text[at + 1 : at + 2]):
            continue  # an ellipsis or a leader
        if not run_start <= at < run_end:
            run_start, run_end = _run(text, at, run_end)
            leader = run_end - run_start > _LEADER and len("".join(text[run_start:run_end].split())) > _LEADER
            left, right = text[run_start - 1 : run_start], text[run_end : run_end + 1]
            if left in NEWLINE:  # the run begins a line: the sentence may have begun on the line before
                left = text[run_start - 2 : run_start - 1] if run_start > 1 else ""
            at_end = not right or right in NEWLINE
            if at_end and (ahead := _NEXT.match(text, run_end)):
                right = ahead[0][-1]
        if leader:
            continue
        if not (at_end or _HAN.match(left) or _HAN.match(right) or _beside_chinese(text, at)):
            continue
        if protected(at):
            continue
        if verdict := _judge(text, at, left, right, at_end):
            level, new, reason = verdict
            yield Edit(at, at + 1, new, "half_width", level, reason)


def _run(text: str, at: int, floor: int) -> tuple[int, int]:
    """The marks, quotes, brackets and blanks that a mark stands among."""
    start = at
    while start > max(floor, 0) and text[start - 1] in _SKIPPED:
        start -= 1
    end = at + 1
    while end < len(text) and text[end] in _SKIPPED:
        end += 1
    return start, end


def _beside_chinese(text: str, at: int) -> bool:
    before, behind = text[at - 1 : at], text[at + 1 : at + 2]
    return before in _CHINESE_CLOSER or behind in _CHINESE_OPENER or (before in _SIGN and behind.isdigit())


_Verdict = tuple[Level, str, str]


def _judge(text: str, at: int, left: str, right: str, at_end: bool) -> _Verdict | None:
    mark = text[at]
    before, behind = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if behind in "”’\"" and behind and before.isascii() and before.isalpha():
        if (quote := _ENGLISH_QUOTE.search(text, max(0, at - 82), at)) and " " in quote[0]:
            return None
    chinese_left = bool(_HAN.match(left)) or before in _CHINESE_CLOSER
    chinese_right = bool(_HAN.match(right))
    if not (chinese_left and (chinese_right or not right)) and _is_english(text, at):
        return None
    if mark == ".":
        return _judge_point(text, at, left, right, at_end)
    full = _FULL[mark]
    if (
        (mark == ":" and behind and behind in "/\\:")
        or (mark == "!" and behind == "=")
        or (mark == "?" and (behind == "=" or re.match("[A-Za-z_]+=", text[at + 1 : at + 24])))
    ):
        return None
    if (
        mark in ":;"
        and _EMOTICON.match(text, at)
        and text.rfind("(", max(0, at - 40), at) <= text.rfind(")", max(0, at - 40), at)
    ):
        return None
    if mark == ":" and (before == ":" or re.match(f"[{HAN}]{{1,4}} ?=", text[at + 1 : at + 8])):
        return None
    if chinese_left and (chinese_right or at_end):
        return (
            Level.SURE,
            full,
            f"half-width {_WORDS[mark]} between Chinese characters"
            if not at_end
            else f"half-width {_WORDS[mark]} behind Chinese",
        )
    if chinese_left:
        return Level.LIKELY, full, f"half-width {_WORDS[mark]} behind Chinese"
    if chinese_right and not at_end:
        if left.isalnum() or left in _SIGN or left > "\u2000":
            if mark in "!?" and ((_LATIN.match(left) and _brand(text, at)) or before in MARK):
                return None
            if mark == "?" and before.isascii() and not _ASKS.search(text, max(0, at - 40), at):
                return Level.GUESS, full, "a question mark, or a character that was lost"
            return Level.LIKELY, full, f"half-width {_WORDS[mark]} before Chinese"
        return None
    if (
        mark in ",;!?"
        and at_end
        and (left in _SIGN or (left.isdigit() and not right.isdigit()))
        and _mostly_chinese(text, at)
    ):
        return Level.LIKELY, full, f"half-width {_WORDS[mark]} at the end of a Chinese line"
    if mark in ",;" and before in _SIGN and behind.isdigit() and _mostly_chinese(text, at):
        return Level.LIKELY, full, f"half-width {_WORDS[mark]} between numbers of a Chinese sentence"
    if behind in _CHINESE_OPENER and behind and mark in ",;:" and _mostly_chinese(text, at):
        return Level.LIKELY, full, f"half-width {_WORDS[mark]} before a Chinese quote or bracket"
    return None


_ASKS = re.compile("[吗呢谁哪吧么啥]|什么|如何|是否|怎|几|多少|为何|能否|可否|难道|能不能|会不会|有没有|不是")
_EMOTICON = re.compile(r"[:;]-?[)(DPp](?![A-Za-z])")


def _brand(text: str, at: int) -> bool:
    return text[max(0, at - 5) : at].lower() == "yahoo"


def _judge_point(text: str, at: int, left: str, right: str, at_end: bool) -> _Verdict | None:
    before, behind = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if before == "." or behind == "." or not before:
        return None
    head = text[max(0, at - 24) : at]
    if "]" in text[max(0, at - 40) : at + 40] and _REFERENCE.search(text, max(0, at - 40), at + 40):
        return None
    if _HAN.match(left) or before in _CHINESE_CLOSER:
        if (
            not before.isalnum()
            and before not in _CHINESE_CLOSER
            and before not in "\"')"
            and before not in BLANK
            and before not in NEWLINE
        ):
            return None
        if _LIST_NUMBER.search(head):
            return None  # 一.
        near = text[max(0, at - 12) : at + 12]
        offset = at - max(0, at - 12)
        if any(n.start() < offset < n.end() for n in _FOREIGN_NAME.finditer(near)):
            return Level.LIKELY, "·", "a point between the parts of a foreign name"
        if at_end or _HAN.match(right):
            return Level.SURE, "。", "half-width full stop behind Chinese"
        if _LATIN.match(behind) and behind.islower():
            return None  # the ending of a file's name, a domain
        if behind.isdigit() and _NUMBERED.search(head):
            return None
        return Level.LIKELY, "。", "half-width full stop behind Chinese"
    ends = at_end and _mostly_chinese(text, at)
    if before in _SIGN and behind.isdigit() and _mostly_chinese(text, at):
        return Level.LIKELY, "。", "half-width full stop behind a number"
    if not ends and not (_HAN.match(right) and not at_end):
        return None
    if before in _SIGN:
        return Level.LIKELY, "。", "half-width full stop behind a number"
    if before.isdigit():
        if ends and _LATIN_NUMBER.search(head):
            return Level.LIKELY, "。", "half-width full stop behind a number"
        if (_LIST_NUMBER.search(head) and not _SCORE.search(head)) or _NUMBERED.search(head):
            return None
        number = _NUMBER.search(head)
        if (at_end and right.isdigit() and not (number and "." in number[0])) or right in _SCALES:
            return None  # perhaps a number that the line's end cuts in two
        if not ends and number and number[0].isdigit() and len(number[0]) <= 2:
            return Level.GUESS, "。", "half-width full stop behind a number"
        return Level.LIKELY, "。", "half-width full stop behind a number"
    if word := _WORD.search(head):
        plain = word[0].lower()
        ahead = head[word.start() - 1 : word.start()] if word.start() else ""
        if "." in plain or plain in _ABBREVIATIONS or (len(plain) == 1 and not ahead.isdigit()):
            return None
        if not (ahead.isdigit() or _HAN.match(ahead)):
            return None
        return Level.LIKELY, "。", "half-width full stop behind a word of a Chinese sentence"
    return None


def _is_english(text: str, at: int) -> bool:
    """Is the sentence around a mark English?"""
    before, behind = text[max(0, at - 60) : at], text[at + 1 : at + 61]
    before = before[max(before.rfind("\n"), before.rfind("。")) + 1 :]
    behind = behind.split("\n", 1)[0]
    latin = len(_LATIN.findall(before)) + len(_LATIN.findall(behind))
    han = len(_HAN.findall(before)) + len(_HAN.findall(behind))
    return latin > 3 * han or bool(_ENGLISH_BEFORE.search(before) and latin > han)


def _mostly_chinese(text: str, at: int) -> bool:
    """Is the line around a mark Chinese?"""
    near = text[max(0, at - 40) : at + 40]
    place = at - max(0, at - 40)
    near = near[near.rfind("\n", 0, place) + 1 :].split("\n", 1)[0]
    return len(_HAN.findall(near)) > max(3, len(_LATIN_WORD.findall(near)))


half_width_step = Step("half_width", half_width)
