"""Who wrote it: the people named in a byline, in the lead of a paragraph (本报讯（记者 …）) or at its tail （记者 …）.

A credit is read in three moves: its place is found by its form (a line of its own, a lead, a tail), the words of
office in it (记者, 通讯员, 摄, 文/图 …) are taken as keys, and what stands between the keys is divided into names. Where
spaces or commas divide the names they are heeded; names that run together, or that are letter-spaced, are divided where
surnames and given names are likeliest (``data/names.txt``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

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


def people(text: str, *, line: bool = False) -> tuple[str, ...]:
    """The names of those who wrote it, each once: reporters, correspondents, authors; not photographers, not editors.

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
    found = credits(text, line=line)
    return tuple(dict.fromkeys(p.name for c in found for p in c.people if p.role in WRITERS))


def credits(text: str, *, line: bool = False) -> tuple[Credit, ...]:
    """The credits of a block with their people, in the order of the text.

    Args:
        text: the block's text, on one line.
        line: the text is known to be a byline as a whole.

    >>> [(p.name, p.role) for c in credits("环卫工人正在消杀。本报记者 徐飞 摄") for p in c.people]
    [('徐飞', 'photographer')]
    """
    if line:
        squeezed = _squeeze(text, 0, min(len(text), _LINE_MOST))
        named = _read(squeezed, 0, len(squeezed.text), bare=True)
        return (Credit("line", (0, len(text)), named),) if named else ()
    found: list[Credit] = []
    if _MAYBE_LEAD.match(text) and (lead := _lead(text)):
        found.append(lead)
    if _MAYBE_TAIL.search(text, max(0, len(text) - 12)) or _MAYBE_ROLE.search(text, max(0, len(text) - 48)):
        for tail in _tails(text, found[0].span[1] if found else 0):
            found.append(tail)
    return tuple(found)


def dateline(text: str) -> str | None:
    """The dateline that a paragraph begins with, without spaces, or None.

    >>> dateline("新华社北京3月5日电（记者 张婷）国务院总理主持召开会议。")
    '新华社北京3月5日电'
    >>> dateline("本报讯 记者 张婷 报道 日前，全市物资保障充足。")
    '本报讯'
    >>> dateline("通讯设备已经运到。")
    """
    squeezed = _squeeze(text, 0, min(len(text), 80))
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

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_NAME_DOT = "·•・‧．"
_DATELINE = re.compile(
    r"(?P<mark>[□■◇◆○●◎△▲☆★※]?)"
    r"(?P<dateline>(?P<agency>本报|本刊|本台|本网|本报记者|新华社|中新社|中新网|人民网|央视网|法新社|路透社|美联社|本報|"
    rf"[{_HAN}]{{2,8}}?(?:社|网|報|报))?"
    rf"[{_HAN}]{{0,10}}?(?P<day>(?:\d{{1,2}}月)?\d{{1,2}}日)?(?:讯|电|专电|消息|訊|電))"
)
_LEAD_BRACKET = re.compile(
    rf"(?:{_DATELINE.pattern})?[{re.escape(_OPEN)}](?P<zone>[^（）()〈〉《》〔〕。！？]{{2,{_ZONE_MOST}}})[{re.escape(_CLOSE)}]"
)
_LEAD_OPEN = re.compile(
    rf"(?:{_DATELINE.pattern}[，,：:]?)?(?P<zone>(?:[{_HAN}]{{0,10}}?(?:记者|記者|通讯员|通訊員)[^。，！？；：:“”（）()]{{2,40}}?)+)"
    r"(?P<end>(?:摄影|综合|图文|联合)?(?:报道|報導|報道)[：:]?|[：:])"
)
_MAYBE_LEAD = re.compile(r"(?=.{0,44}?(?:[（(〈《〔［\[【]|[记記]\s?者|[通]\s?[讯訊]\s?[员員]))", re.S)
_MAYBE_TAIL = re.compile(r"(?:[）)〉》〕］\]】]|[摄攝]|供\s?图)\s*$")
_MAYBE_ROLE = re.compile(r"[记記]\s?者|通\s?[讯訊]\s?[员員]|作\s?者")
_TAIL_OPEN = re.compile(
    rf"(?<=[。！？!?…”\"』」）)；;])(?P<zone>[□■◇◆○●◎△▲☆★※]?(?:[{_HAN}]{{0,12}}?(?:记者|記者|通讯员|通訊員|作者)"
    r"[^。，,！？；：“”（）()]{2,50}|[^。，,！？；：“”（）()]{2,24}(?:摄|攝|供图)))$"
)
_REMARK = re.compile(
    r"完|未完待续|据.*|本文.*|以上.*|原载.*|来源.*|(?:本报)?资料(?:图片?|照片)?|图片?来自.*|.*化名|下转.*|上接.*|.*截图|.*提供|.*版权.*|"
    r"(?:本报)?综合.*|均为.*|.*有删节|.*除外|注.*|详见.*|见图|如图|上图|下图|左图|右图|制图|略|续|待续|全文完|网络图.*"
)


class _Squeezed(NamedTuple):
    """A text without its spaces: how many spaces stood before each character, and where it stood."""

    text: str
    gaps: list[int]
    places: list[int]

    def span(self, start: int, end: int) -> Span:
        return self.places[start], self.places[end - 1] + 1


def _squeeze(text: str, start: int, end: int) -> _Squeezed:
    chars: list[str] = []
    gaps: list[int] = []
    places: list[int] = []
    gap = 0
    for at in range(start, end):
        c = text[at]
        if c.isspace():
            gap += 2 if c in "\u3000\t\n" else 1
        elif c not in "\u200b\ufeff\u00ad\u200e":
            chars.append(c)
            gaps.append(gap)
            places.append(at)
            gap = 0
    return _Squeezed("".join(chars), gaps, places)


def _lead(text: str) -> Credit | None:
    squeezed = _squeeze(text, 0, min(len(text), 2 * _ZONE_MOST))
    for form in (_LEAD_BRACKET, _LEAD_OPEN):
        found = form.match(squeezed.text)
        if not found:
            continue
        start, end = found.span("zone")
        keyed = _KEY.search(squeezed.text, start, end) is not None
        if not keyed and not (form is _LEAD_BRACKET and found["dateline"]):
            continue
        if named := _read(squeezed, start, end, bare=not keyed):
            return Credit("lead", (0, squeezed.places[found.end() - 1] + 1), named)
    return _lead_spaced(squeezed)


def _lead_spaced(squeezed: _Squeezed) -> Credit | None:
    """本报讯 记者 张三 李四 日前，…: names without a closing form, each set off by spaces and likely as a name."""
    found = _DATELINE.match(squeezed.text)
    at = found.end() if found else 0
    key = _KEY.match(squeezed.text, at)
    if not key or key.end() >= len(squeezed.text) or not (found or squeezed.text.startswith("本报")):
        return None
    end = last = key.end()
    while end < len(squeezed.text) and (end == last or squeezed.gaps[end]) and end - key.end() <= 40:
        word = end + 1
        while word < len(squeezed.text) and not squeezed.gaps[word]:
            word += 1
        token = squeezed.text[end:word]
        if not (2 <= len(token) <= 4 and _likely(token) > 3) and not (_KEY.fullmatch(token)):
            break
        last = end = word
    if last == key.end():
        return None
    named = _read(squeezed, at, last, bare=False)
    return Credit("lead", (0, squeezed.places[last - 1] + 1), named) if named else None


def _tails(text: str, after: int) -> list[Credit]:
    """The credits at a paragraph's end: brackets from the last backwards, remarks passed over, or a line run on."""
    squeezed = _squeeze(text, max(after, len(text) - 2 * _ZONE_MOST), len(text))
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
        named = _read(squeezed, start + 1, end - 1, bare=not keyed) if keyed or ended else ()
        if not named:
            break
        found.append(Credit("tail", squeezed.span(start, end), named))
        end = start
    if not found and end:
        squeezed_end = squeezed.text[:end]
        run = _TAIL_OPEN.search(squeezed_end)
        if run and (named := _read(squeezed, run.start(), end, bare=True)):
            found.append(Credit("tail", squeezed.span(run.start(), end), named))
    return found[::-1]


# ------------------------------------------------------------------------------------------------- words of office

_KEY = re.compile(
    r"(?P<outlet>本报|本刊|本台|本网|本社|總台|总台|央视|新华社|本報)?(?:驻[^记記]{1,3})?"
    r"(?:全媒体?|融媒体?|新媒体|首席|见习|实习|特约|特派|特别|资深|高级|文字|视频|主任|青年|跟队|驻站|派驻|地方|联合)*"
    r"(?:(?P<photographer>(?:摄影|摄像|图片)(?:记者)?(?!报道)[:：/／]?|图片?[/／:：]|(?:供图|摄影?|攝影?)[:：/／])"
    r"|(?P<reporter>记者|記者|实习生|实习记者)[:：/／]?"
    r"|(?P<correspondent>通讯员|通訊員|通讯组|特约撰稿人|供稿)[:：/／]?"
    r"|(?P<author>作者|撰文|撰稿人?|执笔人?|采写|文[/／:：](?!图|圖))[:：/／]?"
    r"|(?P<editor>责任编辑|责编|編輯|编辑|美编|校对|审核|监制|策划|统筹|制图|版式设计|版式|视觉|剪辑)[:：/／]?)"
    r"|(?P<both>文字?[/／丨|、·和]?[图圖]片?(?:[/／:：])?|[图圖]片?[/／丨|、·和]?文字?(?:[/／:：])?"
    r"|(?:综合[^，。]{2,8}|摄影|图文|综合|联合|采访|专题|独家)?(?:报道|報導|報道)|综合整理|整理|编译|编写|发自[^，。]{2,6})"
    r"|(?P<shot>[/／]?(?:摄影|摄|攝影|攝|供图|[/／][图圖]))"
    r"|(?P<wrote>[/／]文)"
)
_APART = re.compile(r"[、，,;；/／|丨&＆+\\]+")


def _read(squeezed: _Squeezed, start: int, end: int, *, bare: bool) -> tuple[Person, ...]:
    """The people named in a zone; empty where the zone is not a credit.

    Args:
        squeezed: the text in which the zone stands.
        start, end: the zone.
        bare: names need no word of office before them, but must then be likely as names.
    """
    text = squeezed.text
    while start < end and text[start] in _MARKS + _OPEN + _CLOSE:
        start += 1
    while start < end and text[end - 1] in _MARKS + _OPEN + _CLOSE + "。.，,":
        end -= 1
    role: Role | None = None
    found: list[Person] = []
    since = 0  # those from here on are the ones that a word behind them speaks of
    at = start
    for key in [*_KEY.finditer(text, start, end), None]:
        stop = key.start() if key else end
        named = _names(squeezed, at, stop, role, before_role=bool(key and key.lastgroup not in ("both", "shot", "wrote")))
        if named is None or (role is None and not bare and named and not (key and key.lastgroup in ("shot", "wrote"))):
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


def _names(squeezed: _Squeezed, start: int, end: int, role: Role | None, *, before_role: bool) -> list[Person] | None:
    """The names between two keys, or None where what stands there is no list of names."""
    found: list[Person] = []
    text = squeezed.text
    while start < end and text[start] in ":：":
        start += 1
    at = start
    for apart in [*_APART.finditer(text, start, end), None]:
        stop = apart.start() if apart else end
        if at < stop:
            spans = _divide(squeezed, at, stop, known=role is not None, before_role=before_role and apart is None)
            if spans is None:
                return None
            found += [Person(_plain(squeezed, a, b), role or "author", squeezed.span(a, b)) for a, b in spans]
        at = apart.end() if apart else stop
    return found


def _plain(squeezed: _Squeezed, start: int, end: int) -> str:
    """A name as it is written: no spaces inside, but for those between Latin words; the dot of minority names as ·."""
    name = squeezed.text[start:end]
    if _LATIN.match(name):
        return "".join(" " * bool(squeezed.gaps[k] and k > start) + squeezed.text[k] for k in range(start, end))
    return re.sub(f"[{_NAME_DOT}]", "·", name)


# ------------------------------------------------------------------------------------------------- names


class _Weights(NamedTuple):
    surname: dict[str, float]
    compound: frozenset[str]
    given: dict[str, float]


@lru_cache(maxsize=1)
def _weights() -> _Weights:
    tables: dict[str, dict[str, float]] = {"surname": {}, "given": {}}
    compound: frozenset[str] = frozenset()
    section = ""
    for row in files("newsclean").joinpath("data/names.txt").read_text("utf-8").splitlines():
        if row.startswith("["):
            section = row[1:-1]
        elif row and not row.startswith("#"):
            if section == "compound":
                compound = frozenset(row.split())
            else:
                weight, chars = row.split()
                tables[section].update(dict.fromkeys(chars, float(weight)))
    return _Weights(tables["surname"], compound, tables["given"])


_NOT_NAMES = frozenset(
    "综合 本报 本刊 整理 报道 资料 资料图 新华社 中新社 记者 编者 编辑 通讯员 北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 "
    "福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 石家庄 太原 沈阳 长春 "
    "哈尔滨 南京 杭州 合肥 福州 南昌 济南 郑州 武汉 长沙 广州 海口 成都 贵阳 昆明 拉萨 西安 兰州 西宁 银川 深圳 大连 青岛 宁波 厦门 苏州 "
    "张家口 张家界 黄河 长江 黄山 马鞍山 连云港 景德镇 常州 温州 徐州 华盛顿 纽约 伦敦 东京 莫斯科 联合国 高温 金融 方法 时间 单位 万元 "
    "亿元 全文 附图 和平 安全 文化 经济 农历 公元 国家 中国 美国 英国 法国 德国 日本 韩国 俄罗斯 房产 广告 公告 成语 古语 谚语 连载 "
    "党委 组织 宣传部 时任 简称 图片 钱江 高中 初中 小学 高考 中考 毕业 易名 化名 别名 祖籍 左右 左起 右一 右二 左一 左二 前排 后排 中间".split()
)
_LIKELY = 3.0
_GAP_WITHIN = {0: 0.0, 1: -2.5}
_RUN_ON = -3.0
_LENGTH = {2: -1.2, 3: 0.0, 4: -4.0}


def _likely(name: str) -> float:
    """The log-odds that these characters are a Chinese name rather than running text."""
    weights = _weights()
    given = weights.given
    best = -99.0
    if len(name) in (2, 3):
        best = weights.surname.get(name[0], -99.0) + sum(given.get(c, 0.0) for c in name[1:]) + _LENGTH[len(name)]
    if len(name) in (3, 4) and name[:2] in weights.compound:
        best = max(best, 9.0 + sum(given.get(c, 0.0) for c in name[2:]) + _LENGTH[len(name) - 1])
    return best


def _divide(squeezed: _Squeezed, start: int, end: int, *, known: bool, before_role: bool) -> list[Span] | None:
    """Divide a run of characters into names; None where it is not made of names.

    Args:
        squeezed: the text.
        start, end: the run; no commas in it, but perhaps spaces.
        known: a word of office stands before it.
        before_role: a word of office follows, whose own words may stand at the end of the run (贵州日报 before 记者).
    """
    text, gaps = squeezed.text, squeezed.gaps
    tokens: list[Span] = []
    for at in range(start, end):
        if at == start or gaps[at]:
            tokens.append((at, at + 1))
        else:
            tokens[-1] = (tokens[-1][0], at + 1)
    if before_role and tokens and re.search(r"[报社台网刊報線线]$|客户端$|中心$|频道$|新闻$|传媒$", text[slice(*tokens[-1])]):
        tokens.pop()
    # single 文 and 图 behind whole names say who did what; they are no names
    tokens = [
        t
        for k, t in enumerate(tokens)
        if not (text[slice(*t)] in "文图" and (k == 0 or tokens[k - 1][1] - tokens[k - 1][0] > 1))
    ]
    if not tokens:
        return []
    spans: list[Span] = []
    run: list[Span] = []  # tokens of Han characters, to be divided together
    for token in tokens:
        word = text[slice(*token)]
        if _HAN_RUN.fullmatch(word):
            if word in _NOT_NAMES or len(word) > 16:
                if known and (spans or run):
                    continue
                return None
            run.append(token)
            continue
        divided = _divide_han(squeezed, run, known=known)
        if divided is None:
            return None
        spans += divided
        run = []
        if _DOTTED.fullmatch(word):
            spans.append(token)
        elif known and _LATIN.fullmatch(word):
            if spans and spans[-1][1] == token[0] and _LATIN.fullmatch(text[slice(*spans[-1])]):
                spans[-1] = (spans[-1][0], token[1])
            else:
                spans.append(token)
        else:
            return None
    divided = _divide_han(squeezed, run, known=known)
    return None if divided is None else spans + divided


_HAN_RUN = re.compile(f"[{_HAN}]+")
_DOTTED = re.compile(f"[{_HAN}]{{1,8}}(?:[{_NAME_DOT}][{_HAN}]{{1,8}}){{1,3}}")
_LATIN = re.compile(r"[A-Za-z][A-Za-z.'’-]*")


def _divide_han(squeezed: _Squeezed, tokens: Sequence[Span], *, known: bool) -> list[Span] | None:
    """The likeliest division of Han tokens into names, spaces weighed but not trusted."""
    if not tokens:
        return []
    text, gaps = squeezed.text, squeezed.gaps
    words = [text[slice(*t)] for t in tokens]
    if all(2 <= len(w) <= 4 for w in words):
        scores = [_likely(w) for w in words]
        if all(s > (0 if known else _LIKELY) for s in scores):
            return list(tokens)
        if known and len(words) == 1 and len(words[0]) < 4 and not set(words[0]) & _PROSE:
            return list(tokens)  # a pen name, or a surname that is in no table
    start, end = tokens[0][0], tokens[-1][1]
    spread = len(tokens) > 2 and sum(len(w) == 1 for w in words) > 0.6 * len(words)
    within = {0: 0.0, 1: 0.0} if spread else _GAP_WITHIN
    best: list[tuple[float, int, bool]] = [(0.0, start, False)] + [(-1e9, start, False)] * (end - start)
    for stop in range(start + 2, end + 1):
        for size in (2, 3, 4):
            at = stop - size
            if at < start or best[at - start][0] <= -1e9:
                continue
            whole = (at, stop) in tokens
            score = _likely(text[at:stop])
            if known and whole and not set(text[at:stop]) & _PROSE and text[at:stop] not in _NOT_NAMES:
                score = max(score, -2.0)
            if score < -50:
                continue
            score += sum(within.get(gaps[k], -6.0) for k in range(at + 1, stop))
            if at > start and not gaps[at] and not best[at - start][2]:
                score += _RUN_ON
            if best[at - start][0] + score > best[stop - start][0]:
                best[stop - start] = (best[at - start][0] + score, at, False)
        # 张三和李四
        if text[stop - 1] in "和与及與" and best[stop - 1 - start][0] > -1e9 and stop < end:
            score = best[stop - 1 - start][0] - 1.5
            if score > best[stop - start][0]:
                best[stop - start] = (score, stop - 1, True)
    spans: list[Span] = []
    stop = end
    while stop > start:
        score, at, joint = best[stop - start]
        if score <= -1e9:
            return None
        if not joint:
            spans.append((at, stop))
        stop = at
    spans.reverse()
    total = best[end - start][0]
    if total < (-3.0 if known else _LIKELY) * len(spans):
        return None
    return spans


_PROSE = frozenset("的了是在从到看说获悉解采访们这那为对与和及其中也不就都被把向将让给等要有我他她它您你会可表示现场走进来去吗吧呢但而")
