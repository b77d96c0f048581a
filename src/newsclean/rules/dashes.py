"""Dashes and ellipses, after GB/T 15834."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsclean.chars import BLANK, CLOSER, HAN, LATIN, MARK, NEWLINE, OPENER, occurrences
from newsclean.edits import Edit, Level
from newsclean.rules.protected import Protected
from newsclean.steps import Step

_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile(f"[{LATIN}]")
_CHINESE_CLOSER = frozenset(CLOSER + "…")
_CHINESE_OPENER = frozenset(OPENER)

# ---- ellipses ------------------------------------------------------------------------------------

_DOT = re.compile("[.．。…⋯·・](?:(?<=[…⋯])|(?=[.．。·・ ]))")
_DOTS = re.compile(r"\.\.+。*|．．+|。。+|…+|⋯+|···+|・・・+|\. \.(?: \.)+|。 。(?: 。)+")
_ASIDE = frozenset(BLANK + OPENER + CLOSER + "()\"'！？，。、：；")


def ellipses(text: str) -> Iterator[Edit]:
    """What stands for an ellipsis in Chinese (... 。。。 … ···) becomes …… (GB/T 15834, 4.11).

    An ellipsis of two or four … stays, as do dots in English, in paths, between numbers, and the leaders of a table of
    contents.

    >>> ellipses_step("蔬菜、大米、水果...都有。他说…")
    '蔬菜、大米、水果……都有。他说……'
    """
    protected = Protected(text)
    done = 0
    for dot in _DOT.finditer(text):
        m = _DOTS.match(text, dot.start()) if dot.start() >= done else None
        if m is None:
            continue
        dots, (start, end) = m[0], m.span()
        done = end
        if dots[0] == "…" and len(dots) % 2 == 0:
            continue
        if len(dots) > 8 or (len(dots) > 6 and text[end : end + 2].strip(BLANK)[:1].isdigit()):
            continue  # a leader
        before, behind = _beyond(text, start, -1), _beyond(text, end, 1)
        if text[start - 1 : start] in ("，", "、", ",") and text[end : end + 1] in ("，", "、", ","):
            continue  # x₁，…，xₙ
        if not (_HAN.match(before) or (_HAN.match(behind) and not _LATIN.match(before))):
            continue
        if _LATIN.match(behind) and _LATIN.match(text[start - 1 : start] or " "):
            continue
        if protected(start) or text[end : end + 1] in ("/", "\\"):
            continue
        level = Level.GUESS if len(dots) == 2 and dots[0] in ".。．" else Level.LIKELY
        yield Edit(start, end, "……", "ellipses", level, f"{dots[:3]} in place of an ellipsis")


def _beyond(text: str, place: int, step: int) -> str:
    """The nearest character that is no blank, quote or mark, at most six away."""
    for k in range(6):
        at = place - 1 - k if step < 0 else place + k
        if not 0 <= at < len(text):
            return ""
        if text[at] not in _ASIDE:
            return text[at]
    return ""


# ---- dashes --------------------------------------------------------------------------------------

_DASH = "[-—–―─━－ー]"
_DASHES = tuple((c, re.compile(f"{c}(?<!{_DASH}{c}){_DASH}+")) for c in "-—–―─━－ー")
_RIGHT_DASH = frozenset(("——", "————"))
_HEADS = tuple(
    re.compile(f"{head[0]}(?:(?<=^{head[0]})|(?<=[\\n \u3000]{head[0]})){head[1:]}")
    for head in ("—(?!—)", "─(?!─)", "━(?!━)", "－(?!－)", "―(?!―)", "一[一—]")
)
_HEAD_DASH = re.compile(
    f"(?:^|(?<=\\n))[{BLANK}]*(—|─|━|－|―|一一|—一|一—)(?![—─━－―一-])[{BLANK}]?(?=[{HAN}“《])([^\\n]{{1,40}})(?=\\n|$)"
)
_HEAD_ONES = re.compile(
    "(?:记(?!录|载|下|住|入|账)|访(?!问|谈|遍|查)|来自|写在|写给|献给|致(?!谢|电|函)|论|评(?!价|审|选|估|定)|读(?!完|出|过|懂)|看|从|走进|聚焦|探访|关于|解读|对话|专访|"
    "在|为|我[市省县区国州]|[^，。；！？]{2,24}(?:侧记|纪实|掠影|见闻|观察|调查|纪事|综述|启示|述评|速写|特写|巡礼|手记|札记|之[一二三四五六七八九十]$))"
)
_ENDS = frozenset("。”》！？")
_RANGE_ONE = re.compile("一(?:(?<=[0-9]一)|(?<=[0-9][年月日]一))(?=[0-9])")


def dashes(text: str) -> Iterator[Edit]:
    """What stands for a dash in Chinese (-- ── —, 一一 at the head of a subtitle) becomes —— (GB/T 15834, 4.10).

    —— stays as it stands, and so do hyphens, minus signs, options (--help), rules of a table, and 一一 that means
    'one by one'. 一 between two numbers becomes the — of a range.

    >>> dashes_step("一一访贵医附院工作人员王新俊")
    '——访贵医附院工作人员王新俊'
    >>> dashes_step("核酸检测--每天两轮，一一核对；2020一2025年")
    '核酸检测——每天两轮，一一核对；2020—2025年'
    """
    protected = Protected(text)
    for m in (m for c, pattern in _DASHES if c in text for m in pattern.finditer(text)):
        dash, (start, end) = m[0], m.span()
        if dash in _RIGHT_DASH or set(dash) == {"—"} or len(dash) > 6:
            continue
        before, behind = text[start - 1 : start] if start else "", text[end : end + 1]
        if behind in BLANK and behind:
            behind = text[end + 1 : end + 2]
        if dash.count("ー") and not (set(dash) == {"ー"} and _HAN.match(before or "|") and _HAN.match(behind or "|")):
            continue
        chinese_before = (
            bool(_HAN.match(before)) or before in _CHINESE_CLOSER or before in set(MARK) if before else False
        )
        chinese_behind = bool(_HAN.match(behind)) or behind in _CHINESE_OPENER if behind else False
        if not (chinese_behind or (chinese_before and (not behind or behind in NEWLINE or behind.isalnum()))):
            continue
        if (
            not chinese_before
            and before
            and before not in NEWLINE
            and before not in BLANK
            and not before.isalnum()
            and before not in "%％)\"'"
        ):
            continue
        if protected(start) or (dash == "--" and behind.isascii() and behind.islower()):
            continue  # an option: --help
        span = before in "年月日号时点" and behind.isdigit() and text[start - 2 : start - 1].isdigit()
        yield Edit(start, end, "—" if span else "——", "dashes", Level.LIKELY, f"{dash[:2]} in place of a dash")
    for place in (m.start() for pattern in _HEADS for m in pattern.finditer(text)):
        head = _HEAD_DASH.match(text, max(0, text.rfind("\n", max(0, place - 8), place) + 1 or place - 8))
        if head is None or "。" in head[2] or (head[1] == "一一" and not _HEAD_ONES.match(head[2])):
            continue
        if text[max(0, head.start() - 2) : head.start()].rstrip("\n")[-1:] in ("—", "，", "、"):
            continue  # a dash that was cut in two by a line's end
        reason = f"{head[1]} in place of the dash of a subtitle"
        yield Edit(head.start(1), head.end(1), "——", "dashes", Level.LIKELY, reason)
    for at in occurrences(text, "一一"):
        if text[at - 1 : at] in _ENDS and text[at + 2 : at + 3] != "一":
            yield Edit(at, at + 2, "——", "dashes", Level.LIKELY, "一一 in place of a dash")
    for m in _RANGE_ONE.finditer(text):
        yield Edit(m.start(), m.end(), "—", "dashes", Level.LIKELY, "一 in place of the dash of a range")


ellipses_step = Step("ellipses", ellipses)
dashes_step = Step("dashes", dashes)
