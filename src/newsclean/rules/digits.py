"""Letters and circles that an OCR engine read in place of digits."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from newsclean.chars import BLANK, HAN
from newsclean.edits import Edit, Level
from newsclean.steps import Step

_MIXED = re.compile(
    r"(?=[0-9,.]*[OoIl|SB])(?=[OoIl|SB,.]*[0-9]|[OIl]{1,2}$)[0-9OoIl|SB](?:[0-9OoIl|SB,.]*[0-9OoIl|SB])?"
)
_LETTER = re.compile("[OoIl|SB](?:(?<=[0-9,.].)|(?=[0-9.OoIl]|,[0-9]{3}| ?[年月日]))")
_TOKEN = frozenset("0123456789OoIl|SB,.")
_LONGEST = 32
_LONG = re.compile(f"[0-9OoIl|SB,.]{{{_LONGEST},}}")
_HAN = re.compile(f"[{HAN}]")
_DIGIT_FOR = str.maketrans("OoIl|SB", "0011158")
_RANGE = re.compile("[～~—至][0-9OlI.]{1,4}")
_PHONE = re.compile("(?<![0-9A-Za-z])[0O][0-9OlI]{2,3}[-－—][0-9OlISB]{7,8}(?![0-9A-Za-z])")
_DATE_UNIT = "年月日号时"
_UNIT = re.compile(
    "[年月日号时点分秒岁届次个名人位户家条项件起例只头辆台座栋层间所吨斤克米元角万亿千百余多来倍成股亩公平度世期版第强部首幅封枚颗粒株棵支张条双对队艘架门堂课页列级段处批笔里顷瓦床、，。％%℃]|世纪|小时|周年|分钟|后|年代|:[0-5O][0-9O]"
)


def ocr_digits(text: str) -> Iterator[Edit]:
    """O, o, l, I, | (and S, B inside numbers) that stand for 0, 1, 5, 8: 2O22年, l2月, l80多吨.

    A number ends or begins with such a letter only before a unit; O2O, A4, 4S店, 5l 水, O型血 and iPhone stay.

    >>> ocr_digits_step("2O22年l2月，转运l80多吨，O2O平台与4S店")
    '2022年12月，转运180多吨，O2O平台与4S店'
    """
    done = -1
    for letter in _LETTER.finditer(text):
        if letter.start() < done:
            continue
        if m := _LONG.match(text, letter.start()):  # no number
            done = m.end()
            continue
        number = _PHONE.search(text, max(0, letter.start() - 12), letter.end() + 12) if letter[0] in "OlISB" else None
        if number and number.start() <= letter.start() < number.end() and sum(map(str.isdigit, number[0])) >= 8:
            done = number.end()
            for at in range(*number.span()):
                if text[at] in "OlISB":
                    new = text[at].translate(_DIGIT_FOR)
                    yield Edit(at, at + 1, new, "ocr_digits", Level.LIKELY, "a letter in a telephone number")
            continue
        whole = _token(text, letter.start(), over_line=False)
        done = whole[-1] + 1
        for token in (whole, _token(text, letter.start(), over_line=True)):
            if verdict := _judge_token(text, token):
                for at in token:
                    if text[at] not in "0123456789,.":
                        yield Edit(at, at + 1, text[at].translate(_DIGIT_FOR), "ocr_digits", *verdict)
                break


def _token(text: str, at: int, over_line: bool) -> list[int]:
    """The places of the digits and letters that a letter stands among, perhaps over one line's end on each side."""
    places = [at]
    for step in (-1, 1):
        k, crossed = at + step, not over_line
        while 0 <= k < len(text) and len(places) < _LONGEST:
            if text[k] in _TOKEN:
                places.append(k)
            elif text[k] != "\n" or crossed:
                break
            else:
                crossed = True
            k += step
    places.sort()
    while text[places[0]] in ",.":
        del places[0]
    while text[places[-1]] in ",.":
        del places[-1]
    return places


def _judge_token(text: str, places: list[int]) -> tuple[Level, str] | None:
    token = "".join(text[at] for at in places)
    start, end = places[0], places[-1] + 1
    before, behind = text[start - 1 : start] if start else "", text[end : end + 4]
    if not _MIXED.fullmatch(token) or _is_letter(before) or _is_letter(behind[:1]):
        return None
    if before == "-" and text[start - 2 : start - 1].isdigit():
        before = ""
    return _judge(token, before, behind.lstrip("\n").lstrip(BLANK))


def _is_letter(c: str) -> bool:
    return c.isascii() and c.isalpha()


@functools.lru_cache(1 << 12)
def _judge(token: str, before: str, behind: str) -> tuple[Level, str] | None:
    reason = "a letter in place of a digit"
    date = behind[:1] != "" and behind[:1] in _DATE_UNIT
    unit = date or _UNIT.match(behind) is not None or _RANGE.match(behind) is not None
    letters = {c for c in token if not c.isdigit() and c not in ",."}
    digits = sum(c.isdigit() for c in token)
    if (before in ("-", "_", "/", "@", "\\", "&", "#", "+") and before) or (
        behind[:1] in ("-", "_", "/", "@", "\\", "&", "+") and behind[:1]
    ):
        return None
    if "|" in letters and not (date and digits):
        return None
    clock = before in ("时", "点", "分") and behind[:1] in ("分", "秒")
    if token[0] in "OoSB" and not re.match(r"O\.[0-9]", token) and not (clock and re.fullmatch("O[0-9]", token)):
        return None
    if not digits and before == "第" and unit and letters & {"l", "O", "o"}:
        return Level.LIKELY, reason
    if not digits:
        month = before in "年月" and before and token in ("lO", "IO", "lo", "Io")
        return (Level.LIKELY, reason) if date and (set(token) <= {"l", "I"} or month) and behind[1:2] != "氏" else None
    inside = token[0].isdigit() and token[-1].isdigit()
    if re.fullmatch("[lI](?:,[0-9OolI]{3})+", token) and unit:
        return Level.LIKELY, reason
    if before == ":" and re.fullmatch("[0-5][O0]", token) and not behind[:1].isascii():
        return Level.LIKELY, reason
    if letters & {"S", "B"}:
        if (date and digits >= 1 and len(token) <= 4) or (inside and digits >= 2 and unit):
            return Level.LIKELY, reason
        return None
    if inside:
        if unit or digits >= 3 or _HAN.match(behind):
            return (Level.SURE if date else Level.LIKELY), reason
        return Level.GUESS, reason
    if date:
        return Level.SURE, reason
    if not unit:
        return None
    if token[-1] in "lI" and behind[:1] not in (
        "多",
        "余",
        "万",
        "亿",
        "个",
        "名",
        "人",
        "世",
        "℃",
        "岁",
        "%",
        "％",
        "届",
        "次",
        "户",
        "家",
        "后",
        "号",
    ):
        return None  # litres
    return Level.LIKELY, reason


_CIRCLES = re.compile(
    "[一二三四五六七八九零〇][一二三四五六七八九零〇○◯〇OoОо0０Οο]*[○◯OoОо0０ＯΟο][一二三四五六七八九零〇○◯OoОо0０ＯΟο]*"
)
_CIRCLE = frozenset("○◯OoОо0０ＯΟο")
_NUMERALS = frozenset("一二三四五六七八九零〇") | _CIRCLE
_ZERO = re.compile("[○◯OoОо0０ＯΟο](?<=[一二三四五六七八九零〇].)")
_BEHIND_NUMERAL = re.compile("[年级届号室厂师团旅军所院]|医院|高地|农场|后|国道|省道|县道|高速")


def circle_zeros(text: str) -> Iterator[Edit]:
    """○, O and 0 among Chinese numerals become 〇: 二○二二年, 二O二二.

    A circle that is a bullet or hides a name (李○○) stays, and so does O型血.

    >>> circle_zeros_step("二○二二年，三O一医院；○导读")
    '二〇二二年，三〇一医院；○导读'
    """
    done = -1
    for zero in _ZERO.finditer(text):
        at = zero.start()
        if at < done:
            continue
        first = at
        while first > 0 and text[first - 1] in _NUMERALS and at - first < 24:
            first -= 1
        m = _CIRCLES.match(text, first)
        if not m:
            continue
        token, (start, end) = m[0], m.span()
        done = end
        if (text[start - 1 : start].isascii() and text[start - 1 : start].isalnum()) or (
            text[end : end + 1].isascii() and text[end : end + 1].isalnum()
        ):
            continue
        numerals = sum(c not in _CIRCLE for c in token)
        if token[-1] in _CIRCLE and not _BEHIND_NUMERAL.match(text, end):
            continue
        if numerals < 2 and not (token[0] in "五六七八九" and len(token) == 2 and text.startswith(("后", "年代"), end)):
            continue
        for k, c in enumerate(token):
            if c in _CIRCLE:
                yield Edit(
                    start + k, start + k + 1, "〇", "circle_zeros", Level.SURE, "a circle or letter in place of 〇"
                )


ocr_digits_step = Step("ocr_digits", ocr_digits)
circle_zeros_step = Step("circle_zeros", circle_zeros)
