"""Brackets and title marks: of half width, of mixed width, misread for each other, and one half of a pair missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsclean.chars import BLANK, CLOSER, HAN, LATIN, MARK, NEWLINE, OPENER, occurrences
from newsclean.edits import Edit, Level
from newsclean.rules.protected import Protected
from newsclean.steps import Step

_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile(f"[{LATIN}]")
_CHINESE = re.compile(f"[{HAN}{MARK}{OPENER}{CLOSER}…—]")
_PAREN = re.compile("[()（）]")
_OPERATOR = frozenset("+-*/=×÷^±√")
_FORMULA = re.compile(r"[0-9A-Za-z.]+(?: ?[-+*/=×÷^] ?[0-9A-Za-z.()]+)+")
_LIST_HEAD = re.compile(f"(?:^|[{NEWLINE}。；：;:，、{BLANK}])[{BLANK}]*[0-9A-Za-z一二三四五六七八九十①-⑳]{{1,3}}$")
_REACH = 200  # how far apart the halves of a pair may stand, in characters


def half_width_brackets(text: str) -> Iterator[Edit]:
    """( ) become （ ） in Chinese sentences; a half of another width follows its partner.

    Formulas, calls, English, the ) of a list's number and smileys keep theirs.

    >>> half_width_brackets_step("本报讯(记者 张婷）全市(含县、区)f(x)=2x")
    '本报讯（记者 张婷）全市（含县、区）f(x)=2x'
    """
    if "(" not in text and ")" not in text:
        return
    protected = Protected(text)
    for start, end in _stretches(text):
        yield from _pair_up(text, start, end, protected)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """The parts of a text that are near half-width brackets, so that what is far from any costs nothing."""
    start, end = 0, -1
    for at in sorted([*occurrences(text, "("), *occurrences(text, ")")]):
        if end < 0 or at > end:
            if end >= 0:
                yield start, end
            start = max(end, at - _REACH, 0)
        end = at + _REACH
    if end >= 0:
        yield start, min(end, len(text))


def _pair_up(text: str, start: int, end: int, protected: Protected) -> Iterator[Edit]:
    """Edits for the half-width brackets of a stretch."""
    opened: list[int] = []
    for m in _PAREN.finditer(text, start, end):
        at = m.start()
        if m[0] in "(（":
            opened.append(at)
            continue
        partner = opened.pop() if opened else -1
        if partner >= 0 and at - partner > _REACH:
            opened.clear()
            if text[partner] == "(":
                yield from _lone(text, partner, protected)
            partner = -1
        if partner < 0:
            if m[0] == ")":
                yield from _lone(text, at, protected)
            continue
        pair = text[partner] + m[0]
        if pair == "（）" or protected(partner) or protected(at):
            continue
        if pair == "()":
            level = _judge_pair(text, partner, at)
            if level:
                yield Edit(
                    partner, partner + 1, "（", "half_width_brackets", level, "half-width bracket in a Chinese sentence"
                )
                yield Edit(at, at + 1, "）", "half_width_brackets", level, "half-width bracket in a Chinese sentence")
        else:
            place, new = (partner, "（") if text[partner] == "(" else (at, "）")
            yield Edit(
                place,
                place + 1,
                new,
                "half_width_brackets",
                Level.SURE,
                "half-width bracket whose partner is of full width",
            )
    for at in opened:
        if text[at] == "(":
            yield from _lone(text, at, protected)


def _outer(text: str, place: int, step: int) -> str:
    """The neighbour outside a bracket, one blank aside."""
    at = place + step
    if 0 <= at < len(text) and text[at] in BLANK:
        at += step
    return text[at] if 0 <= at < len(text) else ""


def _judge_pair(text: str, start: int, end: int) -> Level | None:
    inner = text[start + 1 : end]
    before, behind = _outer(text, start, -1), _outer(text, end, 1)
    if (before in _OPERATOR and before != "-") or (behind in _OPERATOR and behind != "-"):
        return None
    if _HAN.search(inner):
        near = text[max(0, start - 60) : start] + text[end : end + 60]
        english = (
            len(_LATIN.findall(near)) > 3 * len(_HAN.findall(near)) and _LATIN.match(before) and not _HAN.match(behind)
        )
        return None if english and _HAN.sub("", inner) == "" and _LATIN.match(behind) else Level.SURE
    if _FORMULA.fullmatch(inner.strip()) and not re.fullmatch("[0-9A-Za-z.-]+", inner.strip()):
        return None
    if re.fullmatch("[-0-9.∞ ]+,[-0-9.,∞ ]+|[a-z](?:, ?[a-z]){1,2}", inner):
        return None  # coordinates, an interval
    if inner[:1] in ("'", '"') and _LATIN.match(text[start - 1 : start] or "|"):
        return None  # print("hello")
    if re.fullmatch("0[0-9]{2,3}", inner) and text[end + 1 : end + 2].isdigit():
        return None  # the area code of a telephone number
    if not inner.strip():
        return Level.LIKELY if _HAN.match(before) or _HAN.match(behind) else None
    if _CHINESE.match(before) or _CHINESE.match(behind):
        if (
            len(inner) <= 3
            and _LATIN.match(text[start - 1 : start] or "|")
            and not _CHINESE.match(text[start - 2 : start - 1] or "|")
        ):
            return None  # f(x)
        return Level.LIKELY
    if before in ("", *NEWLINE) and _CHINESE.match(behind):
        return Level.LIKELY
    return None


def _lone(text: str, at: int, protected: Protected) -> Iterator[Edit]:
    """A bracket without a partner, as at the end of a cut line."""
    before, behind = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if not _CHINESE.match(behind if text[at] == "(" else before):
        return
    if protected(at) or (text[at] == ")" and before in (":", ";", "-")):
        return
    if (
        text[at] == "("
        and _HAN.match(behind)
        and (not before or before in NEWLINE or before in BLANK or _CHINESE.match(before) or before.isdigit())
    ):
        yield Edit(at, at + 1, "（", "half_width_brackets", Level.LIKELY, "half-width bracket before Chinese")
    elif text[at] == ")" and before != "）" and _CHINESE.match(before) and not _LIST_HEAD.search(text[max(0, at - 6) : at]):
        yield Edit(at, at + 1, "）", "half_width_brackets", Level.LIKELY, "half-width bracket behind Chinese")


# ---- title marks ---------------------------------------------------------------------------------

_INSIDE = f'(?=[^\\n]{{0,40}}?[{HAN}])[^<>《》〈〉≪≫«»＜＞;；"=\\n]{{1,40}}?'
_CLOSINGS = ">>|≫|»|＞＞|〉〉|＞"
_ANGLES = (
    *(re.compile(f"({c})({_INSIDE})({_CLOSINGS}|》|>(?!>))") for c in ("<<", "≪", "«", "＜＜", "〈〈")),
    re.compile(f"(《)({_INSIDE})({_CLOSINGS}|>(?!>))"),
    re.compile(f"(《)({_INSIDE}\\n{_INSIDE})({_CLOSINGS})"),
)
# a title between single angle brackets; a tag (<姓名>…</姓名>) and a blank of a form (<请输入姓名>) are none
_SINGLE = re.compile(f"([<‹])(?<![A-Za-z<>=/].)(?!请|此处|输入|在此|填)([{HAN}][{HAN}0-9·，、：“”（）]{{1,39}})([>›])(?![A-Za-z<>=])")
_NESTED = re.compile("《[^《》〈〉\\n]{1,40}(《)[^《》〈〉\\n]{1,40}(》)[^《》〈〉\\n]{0,40}》")
_DOUBLED = re.compile("《(《)[^《》\\n]{1,40}(》)》")
_MIXED = tuple(
    (opening, closing, re.compile(f"({re.escape(opening)})([^（）()《》〈〉“”\\n]{{1,40}})([{closing}])"))
    for opening, closing in (("（", "〉》"), ("(", "〉》"), ("〈", "）)》"), ("《", "）)〉"))
)
_SQUARE = re.compile(
    f"([【〔\\[［])(?:[^【】〔〕\\[\\]［］\\n]{{0,20}}[{HAN}][^【】〔〕\\[\\]［］\\n]{{0,20}}|(?:19|20)[0-9]{{2}})([】〕\\]］])"
)
_CLAUSE = re.compile("[，。；]")
_CREDITED = re.compile(
    f"[{BLANK}]*(?:本报|本刊|新华社|特约|实习|见习|通讯|首席)*(?:记者|通讯员|实习生|作者|编辑)|.{{0,14}}(?:摄|文/图|图/文|供图|制图)$|图为|资料图|见图|下转|上接|据|含|包括|以下简称|又称|简称|即|原|(?:19|20)[0-9]{2}年|草案|试行|修订|修正案|征求意见稿|暂行"
)


def title_marks(text: str) -> Iterator[Edit]:
    """Angle brackets that stand for title marks (<<…>>, ≪…≫, 〈〈…〉〉) become 《…》 (GB/T 15834, 4.15).

    〈…〉 inside 《…》 stays, and so do formulas and code.

    >>> title_marks_step("据<<人民日报>>报道，《关于〈条例〉的说明》")
    '据《人民日报》报道，《关于〈条例〉的说明》'
    """
    if not any(c in text for c in ("<<", ">", "≪", "≫", "«", "»", "＜", "＞", "〈〈", "〉〉", "›", "《《")):
        return
    protected = Protected(text)
    for m in sorted((m for pattern in _ANGLES for m in pattern.finditer(text)), key=_start):
        if protected(m.start()) or (m[1] == "《" and m[3] == "》"):
            continue
        if m[1] != "《":
            yield Edit(
                m.start(1), m.end(1), "《", "title_marks", Level.LIKELY, f"{m[1]} in place of an opening title mark"
            )
        if m[3] != "》":
            yield Edit(
                m.start(3), m.end(3), "》", "title_marks", Level.LIKELY, f"{m[3]} in place of a closing title mark"
            )
    for m in _SINGLE.finditer(text):
        if protected(m.start()) or "</" in text[m.end() : m.end() + _REACH] or m[1] + m[3] not in ("<>", "‹›"):
            continue
        within = _unclosed(text[max(0, m.start() - 40) : m.start()].rsplit("\n", 1)[-1], "《", "》")
        for group, new in ((1, "〈" if within else "《"), (3, "〉" if within else "》")):
            yield Edit(*m.span(group), new, "title_marks", Level.LIKELY, f"{m[group]} in place of a title mark")
    for m in _DOUBLED.finditer(text):
        for group in (1, 2):
            yield Edit(*m.span(group), "", "title_marks", Level.LIKELY, "a title mark set twice")


def mixed_brackets(text: str) -> Iterator[Edit]:
    """A bracket and a title mark that were taken for a pair: （人民日报》 and 《记者 张婷）.

    What a bracket of a byline or a note holds stands in （ ）, all else in 《 》. Where the other half of both pairs
    is there, one that is missing between them is put in: 《条例（草案》 becomes 《条例（草案）》.

    >>> mixed_brackets_step("（人民日报》刊文。〈记者 张婷）")
    '《人民日报》刊文。（记者 张婷）'
    """
    last = 0
    patterns = [mixed for opening, closing, mixed in _MIXED if opening in text and any(c in text for c in closing)]
    for m in sorted((m for pattern in patterns for m in pattern.finditer(text)), key=_start):
        opening, inner, closing = m.groups()
        since, last = last, m.end()
        line_start = max(text.rfind("\n", max(0, m.start() - 80), m.start()) + 1, m.start() - 80, since)
        head, behind = text[line_start : m.start()], text[m.end() : m.end() + 1]
        if opening in "（(" and _unclosed(head, "《", "》"):
            yield _mixed(m, 2, "）", "the closing bracket inside a title is missing")
        elif opening in "《〈" and closing in "）)" and _unclosed(head, "（", "）"):
            yield _mixed(m, 2, "》" if opening == "《" else "〉", "the closing title mark inside brackets is missing")
        elif _CREDITED.match(inner):
            if opening in "《〈":
                yield _mixed(m, 1, "（", f"{opening} in place of a bracket")
            if closing in "》〉":
                yield _mixed(m, 3, "）", f"{closing} in place of a bracket")
        elif not _CLAUSE.search(inner) and _HAN.search(inner) and behind not in ("》", "）"):
            if opening != "《":
                yield _mixed(m, 1, "《", f"{opening} in place of a title mark")
            if closing != "》":
                yield _mixed(m, 3, "》", f"{closing} in place of a title mark")
    for m in _NESTED.finditer(text):
        for group, new in ((1, "〈"), (2, "〉")):
            yield Edit(*m.span(group), new, "mixed_brackets", Level.LIKELY, "title marks inside title marks")
    if any(c in text for c in "【】〔〕"):
        yield from _square(text)


def _square(text: str) -> Iterator[Edit]:
    """【 and ] (or 〔 and ]) that were set for a pair."""
    for m in _SQUARE.finditer(text):
        if (m[1] in "[［") != (m[2] in "]］"):
            group, new = (1, "【" if m[2] == "】" else "〔") if m[1] in "[［" else (2, "】" if m[1] == "【" else "〕")
            reason = f"{m[group]} whose partner is {m[3 - group]}"
            yield Edit(*m.span(group), new, "mixed_brackets", Level.LIKELY, reason)


def _mixed(m: re.Match[str], group: int, new: str, reason: str) -> Edit:
    """The edit of one half of a mixed pair; group 2, what the pair holds, for one put in behind it."""
    start, end = m.span(group) if group != 2 else (m.end(2), m.end(2))
    return Edit(start, end, new, "mixed_brackets", Level.LIKELY, reason)


def _start(m: re.Match[str]) -> int:
    return m.start()


def _unclosed(head: str, opening: str, closing: str) -> bool:
    return head.rfind(opening) > head.rfind(closing)


_ROLES = ("记者", "通讯员", "实习生")


def _line(text: str, place: int) -> tuple[int, int]:
    """The line around a place, or more than 60 characters of it."""
    start, end = text.rfind("\n", max(0, place - 61), place) + 1, text.find("\n", place, place + 61)
    return start if start or place < 61 else place - 61, end if end >= 0 else min(len(text), place + 61)


_WHOLE_BYLINE = re.compile(
    f"[{BLANK}]*(（?)((?:本报|本刊|通讯员|实习|见习|特约|首席)?(?:记者|通讯员|实习生)[{BLANK}]+[{HAN}]{{2,4}}(?:[{BLANK}、]+[{HAN}]{{1,4}})*)(）?)[{BLANK}]*$"
)


def missing_brackets(text: str) -> Iterator[Edit]:
    """The half that is missing of a byline's brackets, where the byline has a line of its own.

    >>> missing_brackets_step("（记者 陆邱珊")
    '（记者 陆邱珊）'
    """
    for start, end in dict.fromkeys(_line(text, at) for role in _ROLES for at in occurrences(text, role)):
        if end - start > 60:
            continue
        m = _WHOLE_BYLINE.match(text, start, end)
        if not m:
            continue
        if m[1] and not m[3] and not re.match("[^（\\n]{0,12}）", text[m.end() + 1 : m.end() + 16]):
            yield Edit(
                m.end(2), m.end(2), "）", "missing_brackets", Level.LIKELY, "the closing bracket of a byline is missing"
            )
        elif (
            m[3]
            and not m[1]
            and text.rfind("（", max(0, m.start() - 40), m.start())
            <= text.rfind("）", max(0, m.start() - 40), m.start())
        ):
            yield Edit(
                m.start(2),
                m.start(2),
                "（",
                "missing_brackets",
                Level.LIKELY,
                "the opening bracket of a byline is missing",
            )


half_width_brackets_step = Step("half_width_brackets", half_width_brackets)
title_marks_step = Step("title_marks", title_marks)
mixed_brackets_step = Step("mixed_brackets", mixed_brackets)
missing_brackets_step = Step("missing_brackets", missing_brackets)
