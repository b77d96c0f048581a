"""Dashes and ellipses, after GB/T 15834."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsclean.chars import BLANK, CLOSER, HAN, LATIN, MARK, NEWLINE, OPENER, is_traditional, occurrences
from newsclean.edits import Edit, Level
from newsclean.language import load
from newsclean.rules.protected import Protected
from newsclean.steps import Step

_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile(f"[{LATIN}]")
_CHINESE_CLOSER = frozenset(CLOSER + "…")
_CHINESE_OPENER = frozenset(OPENER)

# ---- ellipses ------------------------------------------------------------------------------------

_DOT = re.compile("[.．。…⋯‥·・](?:(?<=[…⋯‥])|(?=[.．。·・ ]))")
_DOTS = re.compile(r"\.\.+。*|．．+|。。+|…+|⋯+|‥‥+|···+|・・・+|\. \.(?: \.)+|。 。(?: 。)+")
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
    (head[0], re.compile(f"{head[0]}(?:(?<=^{head[0]})|(?<=[\\n \u3000]{head[0]})){head[1:]}"))
    for head in ("—(?!—)", "─(?!─)", "━(?!━)", "－(?!－)", "―(?!―)", "一[一—]")
)
_HEAD_DASH = re.compile(
    f"(?:^|(?<=\\n))[{BLANK}]*(—|─|━|－|―|一一|—一|一—)(?![—─━－―一-])[{BLANK}]?(?=[{HAN}“《])([^\\n]{{1,40}})(?=\\n|$)"
)
_CHAIN_BEFORE = re.compile(f"[{HAN}]—[{HAN}]+\\n$")
_HEAD_ONES = re.compile(
    "(?:追[记忆思]|记(?!录|载|下|住|入|账)|访(?!问|谈|遍|查)|来自|写在|写给|献给|致(?!谢|电|函)|论|评(?!价|审|选|估|定)|读(?!完|出|过|懂)|看|从|走进|聚焦|探访|关于|解读|对话|专访|"
    "在|为|我[市省县区国州]|[^，。；！？]{2,24}(?:侧记|纪实|掠影|见闻|观察|调查|纪事|综述|启示|述评|速写|特写|巡礼|手记|札记|之[一二三四五六七八九十]$))"
)
_ENDS = frozenset("。”》！？")
_DASH_ODDS, _LONE_ODDS = 3.5, 0.8  # log-odds at which 一一 or — is a dash, not 'one by one' or the sign of a range
_HEAD_ODDS = 6.0  # the same at a line's head
_REACH = 12  # so many characters on either side are looked at
# what goes before 一一 of another meaning (唯一一家, 周一一早, 统一一张, 都一一) and what one does one by one
_BEFORE_ONES = frozenset("唯惟统初期周〇零十二三第万同单专都也被将会要就均再又在他她它我们其者并才可能已曾为把")
_ONE_BY_ONE = frozenset(
    "核列解回答作做对应握介落记登展显指兑道说分化破排检查审整确验实现呈浮告问询看慰拜擦归退还送发打攻谢拒满予进给标清盘点搬视揪摄亮去找梳定"
    "协制具把提合驻搜流捡拾念读数过试翻阅比讲叙述描详细耐认仔亲逐纠改击拿放装摆尝品请邀约通知纳采收拍拆拣选挑辨识铺探访致敬献签写抄录传递交转达呼喊叫"
    "唤向与跟同被为细照办套用击掀得早抱座入领斟奖吃喝买卖敲推拉扶送迎赶抓捉救搀喂系挂贴涂刷洗晒包装捆扎陈罗到前后迎抛撒上下出"
)
_TREATED = re.compile("[把将被对][^，。；：！？\\n]*$")
_WALKED = re.compile("走[访过进到完遍近]")
_DEDICATED = re.compile("献给|写在|写给|追[忆记]|来自|致敬")  # 生命的颜色——献给白衣天使
_MEASURE = frozenset("个位座家种条名支部所次项片群场幅张棵只")
_LONE = tuple((c, re.compile(f"{c}(?<=[{HAN}]{c})(?=[{HAN}“])")) for c in "—─━―")
_LONG_DASH = re.compile(f"⸺|(?<=[{HAN}”》])———(?=[{HAN}“《])")
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
    for place in (m.start() for c, pattern in _HEADS if c in text for m in pattern.finditer(text)):
        head = _HEAD_DASH.match(text, max(0, text.rfind("\n", max(0, place - 8), place) + 1 or place - 8))
        if head is None or "。" in head[2] or (head[1] == "一一" and not _ones_head(text, head)):
            continue
        if text[max(0, head.start() - 2) : head.start()].rstrip("\n")[-1:] in ("—", "，", "、"):
            continue  # a dash that was cut in two by a line's end
        if _CHAIN_BEFORE.search(text, max(0, head.start() - 2 * _REACH), head.start()):
            continue  # a row of stops that goes on on the next line
        reason = f"{head[1]} in place of the dash of a subtitle"
        yield Edit(head.start(1), head.end(1), "——", "dashes", Level.LIKELY, reason)
    for at in occurrences(text, "一一"):
        if (text[at + 2 : at + 3] != "一" and (text[at - 1 : at] in _ENDS or _ones_are_a_dash(text, at))) or (text[at + 2 : at + 3] == "一" and text[at + 3 : at + 4] in _MEASURE and _ones_are_a_dash(text, at)):
            yield Edit(at, at + 2, "——", "dashes", Level.LIKELY, "一一 in place of a dash")
    for m in (m for c, pattern in _LONE if c in text for m in pattern.finditer(text)):
        if _in_chain(text, m.start()) or protected(m.start()):
            continue
        sure = m[0] in "─━" or _DEDICATED.match(text, m.end())
        if (sure or _goes_on(text, *m.span()) >= _LONE_ODDS) and not is_traditional(text, m.start()):
            yield Edit(m.start(), m.end(), "——", "dashes", Level.LIKELY, f"{m[0]} in place of a dash")
    for m in _LONG_DASH.finditer(text):
        yield Edit(*m.span(), "——", "dashes", Level.LIKELY, f"{m[0]} in place of a dash")
    for m in _RANGE_ONE.finditer(text):
        yield Edit(m.start(), m.end(), "—", "dashes", Level.LIKELY, "一 in place of the dash of a range")


def _ones_head(text: str, head: re.Match[str]) -> bool:
    """Is 一一 at a line's head the dash of a subtitle?"""
    if _HEAD_ONES.match(head[2]):
        return True
    return head[2][0] not in _ONE_BY_ONE and _goes_on(text, *head.span(1)) >= _HEAD_ODDS


def _ones_are_a_dash(text: str, at: int) -> bool:
    """Is 一一 inside a sentence a dash?"""
    before, behind = text[at - 1 : at], text[at + 2 : at + 3]
    if not (_HAN.match(before) and _HAN.match(behind)) or before == "一" or before in _BEFORE_ONES:
        return False
    if _DEDICATED.match(text, at + 2):
        return True
    if _TREATED.search(text, max(0, at - 8), at) or behind in _ONE_BY_ONE or _WALKED.match(text, at + 2):
        return False
    return _goes_on(text, at, at + 2) >= _DASH_ODDS and not is_traditional(text, at)


def _goes_on(text: str, start: int, end: int) -> float:
    """The log-odds that a dash stands at a place, against what stands there now; its line alone is looked at."""
    before = text[max(0, start - _REACH) : start].rsplit("\n", 1)[-1]
    line = before + text[start:end] + text[end : end + _REACH].split("\n", 1)[0]
    place = len(before)
    return float(load().replacement_odds(line, [place], [place + end - start], ["——"])[0])


def _in_chain(text: str, at: int) -> bool:
    """Does a sign of ranges stand near, as in 京—沪—杭, or a quote or title around a place?"""
    before, behind = text[max(0, at - _REACH) : at], text[at + 1 : at + 1 + _REACH]
    opened = any(before.rfind(a) > before.rfind(b) for a, b in ("“”", "《》", "「」"))
    return opened or any(dash in before or dash in behind for dash in "—─━―")


ellipses_step = Step("ellipses", ellipses)
dashes_step = Step("dashes", dashes)
