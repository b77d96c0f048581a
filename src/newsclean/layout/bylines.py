"""Who wrote it: the people named in a byline, in the lead of a paragraph (本报讯（记者 …）) or at its tail （记者 …）.

A credit is read in three moves: its place is found by its form (a line of its own, a lead, a tail), the words of
office in it (记者, 通讯员, 摄, 文/图 …) are taken as keys, and what stands between them is divided into names. Where
spaces or commas divide the names they are heeded; names that run together, or that are letter-spaced, are divided
where surnames and given names are likeliest (``data/names.txt``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from newsclean.layout.names import (
    HAN,
    LATIN,
    LIKELY,
    NAME_DOT,
    OUTLET_END,
    PEN_NAMES,
    UNSAID,
    Squeezed,
    divide,
    likely,
    squeeze,
)
from newsclean.trace import Span

Role = Literal["reporter", "correspondent", "author", "photographer", "editor"]
WRITERS: frozenset[Role] = frozenset({"reporter", "correspondent", "author"})
"""The roles whose people belong in an article's byline."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a credit.

    Attributes:
        name: the name without spaces (张　婷 is 张婷).
        role: what the person did.
        span: where the name stands in the text, code points.
    """

    name: str
    role: Role
    span: Span


@dataclass(frozen=True, slots=True)
class Credit:
    """A place where people are named as authors.

    Attributes:
        form: ``"line"`` (the whole block), ``"lead"`` or ``"tail"``.
        span: from the first to the last character of the form, dateline and brackets included.
        people: those named, in the order of the text.
    """

    form: Literal["line", "lead", "tail"]
    span: Span
    people: tuple[Person, ...]


def signed(found: Iterable[Credit]) -> tuple[str, ...]:
    """The byline that some credits make: all who are named, each once, but for editors and credits of pictures only.

    Editors make the byline where a line of its own names nobody else.
    """
    kept = [c for c in found if writers(c)]
    names = [p.name for c in kept for p in c.people if p.role != "editor"] or [p.name for c in kept for p in c.people]
    return tuple(dict.fromkeys(names))


def writers(credit: Credit) -> bool:
    """Whether a credit makes a byline: it names somebody who wrote, or is a line of its own that names editors."""
    roles = {p.role for p in credit.people}
    return bool(roles & WRITERS) or (credit.form == "line" and roles == {"editor"})


def people(text: str, *, line: bool = False) -> tuple[str, ...]:
    """The names in the byline, each once: reporters, correspondents, authors and who took their pictures; no editors.

    Args:
        text: a byline, or a paragraph with a credit in its lead or at its tail.
        line: the text is known to be a byline, so that bare names are names.

    >>> people("□ 本报记者 张　婷 通讯员刘素琴、王峰", line=True)
    ('张婷', '刘素琴', '王峰')
    >>> people("本报讯（记者徐飞石影）疫情防控期间，环卫工人坚守岗位。")
    ('徐飞', '石影')
    >>> people("让“办事不求人”成为新常态。（记者 赵婧耘）（完）")
    ('赵婧耘',)
    """
    return signed(credits(text, line=line))


def credits(text: str, *, line: bool = False) -> tuple[Credit, ...]:
    """The credits of a block with their people, in the order of the text.

    Args:
        text: the block's text, on one line.
        line: the text is known to be a byline as a whole.

    >>> [(p.name, p.role) for c in credits("环卫工人正在消杀。本报记者 徐飞 摄") for p in c.people]
    [('徐飞', 'photographer')]
    """
    if line:
        squeezed = squeeze(_EXPLAINED.sub(lambda m: " " * len(m[0]), text), 0, min(len(text), _LINE_MOST))
        if _IMPRINT.search(squeezed.text):
            return ()
        named = _read(squeezed, 0, len(squeezed.text), bare=True, trust=PEN_NAMES)
        return (Credit("line", (0, len(text)), named),) if named else ()
    found: list[Credit] = []
    if _MAYBE_LEAD.match(text) and (lead := _lead(text)):
        found.append(lead)
    if _MAYBE_TAIL.search(text, max(0, len(text) - 12)) or _MAYBE_ROLE.search(text, max(0, len(text) - 48)):
        found += _tails(text, found[0].span[1] if found else 0)
    return tuple(found)


def dateline(text: str) -> str | None:
    """The dateline that a paragraph begins with, without spaces, or None.

    >>> dateline("新华社北京3月5日电（记者 张婷）国务院总理主持召开会议。")
    '新华社北京3月5日电'
    >>> dateline("本报讯 记者 张婷 报道 日前，全市物资保障充足。")
    '本报讯'
    >>> dateline("通讯设备已经运到。")
    """
    if not _MAYBE_DATELINE.search(text, 0, 40):
        return None
    squeezed = squeeze(text, 0, min(len(text), 80))
    found = _DATELINE.match(squeezed.text)
    if not found:
        return None
    end = found.end("dateline")
    follows = squeezed.text[end : end + 1]
    spaced = end < len(squeezed.text) and squeezed.gaps[end] > 0
    known = found["agency"] or found["day"]
    if follows in _OPEN or (known and (spaced or _KEY.match(squeezed.text, end))):
        return found["dateline"]
    return None


# ------------------------------------------------------------------------------------------------- forms

_OPEN = "（(〈《〔［[【"
_CLOSE = "）)〉》〕］]】"
_MARKS = "□■◇◆○●◎△▲☆★※▪◼◻▣·•—-:：|丨 \u3000"
_LINE_MOST = 160
_ZONE_MOST = 90

_KEY = re.compile(
    r"(?P<outlet>据?(?:本报|本刊|本台|本网|本社|總台|总台|央视|新华社|中新社|本報))?(?:[驻駐][^记記]{1,3}?)?"
    r"(?:全媒[体體]?|融媒[体體]?(?:中心)?|新媒[体體]|客户端|首席|见习|見習|实习|實習|特约|特約|特派|特别|资深|高级|文字|视频|主任|青年|跟队|驻站|派驻|地方|联合|体育|财经)*"
    r"(?:(?P<photographer>(?:摄影|摄像|图片|攝影)(?:记者|記者)?(?![报報][道導])[:：/／｜|]?|[图圖]片?[/／:：｜]|(?:供图|摄影?|攝影?)[:：/／｜])"
    r"|(?P<reporter>记者|記者|实习生|實習生|评论员|評論員|编译)[:：/／｜|]?"
    r"|(?P<correspondent>通讯员|通訊員|通讯组|特约撰稿人|供稿人?[:：/／｜]|来稿[:：/／｜]|投稿[:：/／｜])[:：/／｜|]?"
    r"|(?P<author>作者|读者|撰文|撰稿人?|执笔人?|采写|采访|讲述|口述|记录|整理[:：/／｜]|编写[:：/／｜]|文(?:字|[/／:：｜](?!图|圖)))[:：/／｜|]?"
    r"|(?P<editor>责任编辑|责编|編輯|编辑|美编|校对|审核|监制|策划|统筹|制图|版式设计|版式|视觉|剪辑)[:：/／｜|]?)"
    r"|(?P<both>文字?[/／丨|、·和并][图圖摄]片?(?:[/／:：])?|[图圖]片?[/／丨|、·和并]文字?(?:[/／:：])?|[图圖]文|文[图圖]"
    r"|(?:综合[^，。]{2,8}|摄影|攝影|图文|圖文|综合|联合|采访|专题|独家)?(?:报道|報導|報道)|综合整理|整理|编写|供稿|来稿|投稿|发自[^，。]{2,6})"
    r"|(?P<shot>[/／]?(?:摄影|摄|攝影|攝|供图|[/／][图圖]))"
    r"|(?P<wrote>[/／]文)"
)
_MAYBE_DATELINE = re.compile("[讯电訊電]|消息")
_MISREAD_MARK = re.compile(r"[口囗](?=(?:本报|本報|新华社)?(?:记者|記者|通讯员|通訊員))")  # □ as engines read it
_PLACE_END = re.compile(rf"[/／][{HAN}]{{2,4}}$")
_APART = re.compile(r"[、，,;；/／|丨&＆+\\]+")
_OUTLET = rf"(?:本报|本刊|本台|本网|[{HAN}·]{{1,10}}(?:报|報|社|网|台|新闻|客户端|杂志|周刊|中心|传媒))"
_DATELINE = re.compile(
    r"(?P<mark>[□■◇◆○●◎△▲☆★※【\[]?)"
    r"(?P<dateline>(?P<agency>本报|本刊|本台|本网|本报记者|新华社|中新社|中新网|人民网|央视网|法新社|路透社|美联社|本報|"
    rf"[{HAN}]{{2,8}}?(?:社|网|報|报))?"
    rf"[{HAN}]{{0,10}}?(?P<day>(?:\d{{1,2}}月)?\d{{1,2}}日)?(?:讯|电|专电|消息|訊|電))[】\]]?"
)
_LEAD_BRACKET = re.compile(
    rf"(?:{_DATELINE.pattern})?[{re.escape(_OPEN)}](?P<zone>[^（）()〈〉《》〔〕。！？]{{2,{_ZONE_MOST}}})[{re.escape(_CLOSE)}]"
)
_LEAD_OPEN = re.compile(
    rf"(?:{_DATELINE.pattern}[，,：:]?|综合消息[：:])?(?P<zone>据?(?:{_OUTLET})?(?:[{HAN}]{{0,4}}(?:记者|記者|通讯员|通訊員)[^。，！？；：:“”（）()]{{2,40}}?)+)"
    r"(?P<end>(?:摄影|综合|图文|联合)?(?:报道|報導|報道)[：:]?|[）)])"
)
_MAYBE_LEAD = re.compile(r"(?=.{0,44}?(?:[（(〈《〔［\[【]|[记記]\s?者|[通]\s?[讯訊]\s?[员員]))", re.S)
_MAYBE_TAIL = re.compile(r"(?:[）)〉》〕］\]】]|[摄攝]|供\s?图)\s*$")
_MAYBE_ROLE = re.compile(r"[记記]\s?者|通\s?[讯訊]\s?[员員]|作\s?者")
_TAIL_OPEN = re.compile(
    rf"(?<=[。！？!?…”\"』」）)；;])(?P<zone>[□■◇◆○●◎△▲☆★※]?(?:{_OUTLET}?(?:首席|见习|实习|特约|特派)?(?:记者|記者|通讯员|通訊員|作者)"
    r"[^。，,！？；：“”（）()]{2,50}|[^。，,！？；：“”（）()]{2,24}(?:摄|攝|供图)))$"
)
_REMARK = re.compile(
    r"完|未完待续|据.*|本文.*|以上.*|原载.*|来源.*|(?:本报)?资料(?:图片?|照片)?|图片?来自.*|.*化名|下转.*|上接.*|.*截图|.*提供|.*版权.*|"
    r"(?:本报)?综合.*|均为.*|.*有删节|.*除外|注.*|详见.*|见图|如图|上图|下图|左图|右图|制图|略|续|待续|全文完|网络图.*"
)


def _lead(text: str) -> Credit | None:
    squeezed = squeeze(text, 0, min(len(text), 2 * _ZONE_MOST))
    for form in (_LEAD_BRACKET, _LEAD_OPEN):
        found = form.match(squeezed.text)
        if not found:
            continue
        start, end = found.span("zone")
        if form is _LEAD_OPEN:
            end = found.end()
        keyed = _KEY.search(squeezed.text, start, end) is not None
        if not keyed and not (form is _LEAD_BRACKET and found["dateline"]):
            continue
        trust = LIKELY if not keyed else PEN_NAMES if form is _LEAD_BRACKET else 0.0
        if named := _read(squeezed, start, end, bare=not keyed, trust=trust):
            return Credit("lead", (0, squeezed.places[found.end() - 1] + 1), named)
    return _lead_spaced(squeezed)


def _lead_spaced(squeezed: Squeezed) -> Credit | None:
    """本报讯 记者 张三 李四 日前，…: names without a closing form, each set off by spaces and likely as a name."""
    found = _DATELINE.match(squeezed.text)
    at = found.end() if found else 0
    key = _KEY_OF_PLACE.match(squeezed.text, at)
    if not key or key.end() >= len(squeezed.text) or not (found or key["outlet"] or key["reporter"]):
        return None
    best: tuple[int, tuple[Person, ...]] | None = None
    ends = [k for k in range(key.end() + 1, min(len(squeezed.text), key.end() + 48)) if squeezed.gaps[k]]
    since = at
    for end in ends:
        named = _read(squeezed, at, end, bare=False, trust=LIKELY)
        if named:
            best = (end, named)
        elif end - since > 4 and not _KEY.search(squeezed.text, since, end):
            break
        since = end
    if best is None or (not found and not key["outlet"] and not _REPORTS.search(squeezed.text, at, best[0])):
        return None
    return Credit("lead", (0, squeezed.places[best[0] - 1] + 1), best[1])


_IMPRINT = re.compile("校对|版式|美编|视觉|责编|责任编辑.*编辑")
_EXPLAINED = re.compile(
    r"(?<=\w)\s*[（(][^（）()]{0,30}(?:教授|作者|系|单位|任职|图文|文/图|图/文|研究员|主任|局长|院长)"
    r"[^（）()]{0,12}[）)]\s*$"
)
_KEY_OF_PLACE = re.compile(rf"(?:{_OUTLET}|[{HAN}]{{2,4}}?)?(?:{_KEY.pattern})")
_REPORTS = re.compile("[报報][道導]$")


def _tails(text: str, after: int) -> list[Credit]:
    """The credits at a paragraph's end: brackets from the last backwards, remarks passed over, or a line run on."""
    squeezed = squeeze(text, max(after, len(text) - 2 * _ZONE_MOST), len(text))
    found: list[Credit] = []
    end = len(squeezed.text)
    for _ in range(4):
        while end and squeezed.text[end - 1] in "。.":
            end -= 1
        if not end or squeezed.text[end - 1] not in _CLOSE:
            break
        start = max(squeezed.text.rfind(c, 0, end - 1) for c in _OPEN)
        if start < 0 or end - start > _ZONE_MOST or (start == 0 and squeezed.places[0] > 0):
            break
        zone = squeezed.text[start + 1 : end - 1]
        # a bracket in mid-sentence explains a word; a credit or a remark stands behind the sentence's end
        behind = squeezed.text[start - 1] if start else "。"
        ended = behind in "。！？!?…”\"'’』」；;：:." or behind in _CLOSE
        keyed = _KEY.search(zone) is not None
        if _REMARK.fullmatch(zone):
            end = start
            continue
        trust = PEN_NAMES if keyed else LIKELY
        named = _read(squeezed, start + 1, end - 1, bare=not keyed, trust=trust) if keyed or ended else ()
        if not named:
            break
        found.append(Credit("tail", squeezed.span(start, end), named))
        end = start
    if not found and end:
        squeezed_end = squeezed.text[:end]
        run = _TAIL_OPEN.search(squeezed_end)
        if run and (named := _read(squeezed, run.start(), end, bare=True, trust=0.0)):
            found.append(Credit("tail", squeezed.span(run.start(), end), named))
    return found[::-1]


# ------------------------------------------------------------------------------------------------- reading a zone


def _read(squeezed: Squeezed, start: int, end: int, *, bare: bool, trust: float) -> tuple[Person, ...]:
    """The people named in a zone; empty where the zone is not a credit.

    Args:
        squeezed: the text in which the zone stands.
        start, end: the zone.
        bare: names need no word of office before them, but must then be likely as names.
        trust: the odds that each name must have; ``PEN_NAMES`` where what is no known name may be one too.
    """
    text = squeezed.text
    while start < end and (not text[start].isalnum() or _MISREAD_MARK.match(text, start)):
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    role: Role | None = None
    found: list[Person] = []
    since = 0  # those from here on are the ones that a word behind them speaks of
    at = start
    for key in [*_keys(squeezed, start, end), None]:
        stop = key.start() if key else end
        behind = key is not None and key.lastgroup in ("both", "shot", "wrote")
        if key is not None and _REPORTS.search(key[0]):
            stop = _before_place(squeezed, at, stop)
        if key is not None and role is None and not found and not behind and 2 <= stop - at <= 6:
            where = any(squeezed.gaps[at + 1 : stop + 1])  # 鼓楼记者张三: the place stands before the word, no space
            at = at if where else stop
        least = trust if role else max(trust, UNSAID)
        named = _names(squeezed, at, stop, role, trust=least, before_role=key is not None and not behind)
        if named is None or (role is None and not bare and named and not behind):
            return ()
        found += named
        if key is None:
            break
        at = key.end()
        kind = key.lastgroup
        if kind == "shot":
            found[since:] = [Person(p.name, "photographer", p.span) for p in found[since:]]
            role, since = None, len(found)
        elif kind == "wrote":
            since = len(found)
        elif kind != "both" and kind is not None:
            role = "reporter" if kind == "outlet" else kind  # type: ignore[assignment]
            since = len(found)
    return tuple(found)


def _before_place(squeezed: Squeezed, start: int, end: int) -> int:
    """Where a run of names ends, of which the last word may be the place of the report (记者张三 贵阳报道)."""
    if place := _PLACE_END.search(squeezed.text, start, end):
        return place.start()  # 记者张淑娟／楠西报道
    last = max((k for k in range(start + 1, end) if squeezed.gaps[k]), default=end)
    return last if end - last > 1 and likely(squeezed.text[last:end]) < 2 else end


def _keys(squeezed: Squeezed, start: int, end: int) -> list[re.Match[str]]:
    """The words of office in a zone, and a 文 or 摄 that stands alone behind a name."""
    text, gaps = squeezed.text, squeezed.gaps
    found = list(_KEY.finditer(text, start, end))
    for at in range(start + 2, end):
        alone = gaps[at] and gaps[at - 1] in (0, gaps[at] + 1)
        if alone and text[at] in "文图圖" and (at + 1 == end or gaps[at + 1] or not text[at + 1].isalnum()):
            single = _ALONE.match(text, at)
            if single and not any(key.start() <= at < key.end() for key in found):
                found.append(single)
    return sorted(found, key=lambda key: key.start())


_ALONE = re.compile("(?P<wrote>文)|(?P<shot>[图圖])")


def _names(
    squeezed: Squeezed, start: int, end: int, role: Role | None, *, trust: float, before_role: bool
) -> list[Person] | None:
    """The names between two keys, or None where what stands there is no list of names."""
    found: list[Person] = []
    text = squeezed.text
    while start < end and text[start] in ":：":
        start += 1
    at = start
    for apart in [*_APART.finditer(text, start, end), None]:
        stop = apart.start() if apart else end
        if apart and apart[0][0] in "/／" and OUTLET_END.search(text, at, stop):
            at = apart.end()  # 海外网/李萌
        elif at < stop:
            spans = divide(squeezed, at, stop, trust=trust, before_role=before_role and apart is None)
            if spans is None:
                return None
            found += [Person(_plain(squeezed, a, b), role or "author", squeezed.span(a, b)) for a, b in spans]
        at = apart.end() if apart else stop
    return found


def _plain(squeezed: Squeezed, start: int, end: int) -> str:
    """A name as it is written: no spaces inside, but for those between Latin words; the dot of minority names as ·."""
    name = squeezed.text[start:end]
    if LATIN.match(name):
        return "".join(" " * bool(squeezed.gaps[k] and k > start) + squeezed.text[k] for k in range(start, end))
    return re.sub(f"[{NAME_DOT}]", "·", name)
