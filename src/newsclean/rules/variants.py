"""Traditional and simplified characters: the stray one in a page of the other kind, and whole pages by choice.

The conversion is that of OpenCC, whose tables come with the distribution ``opencc-python-reimplemented``. Its module
is called ``opencc``, and so are those of other distributions, which overwrite it: :class:`VariantsUnavailable` says so. The
distribution ``opencc-pyo3`` (extra ``fast``) is taken where it is installed; it is given the same tables.
"""

from __future__ import annotations

import functools
import importlib
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Literal, cast, get_args

from newsclean.chars import HAN, is_traditional, occurrences
from newsclean.edits import Edit, Level
from newsclean.rules.opencc_tables import (
    DISTRIBUTION,
    VariantsUnavailable,
    japanese,
    only_simplified,
    only_traditional,
    tables,
)
from newsclean.screen import Sign
from newsclean.steps import Step

__all__ = [
    "VariantsUnavailable",
    "conversion",
    "convert_variants",
    "convert_variants_step",
    "stray_variants",
    "stray_variants_step",
    "to_simplified",
    "to_traditional",
]

Target = Literal["simplified", "traditional", "taiwan", "hong kong", "mainland words", "taiwan words"]
"""Simplified; traditional as OpenCC writes it; as Taiwan or Hong Kong write it; with the mainland's or Taiwan's words."""

_CONFIGS: dict[str, str] = {
    "simplified": "t2s",
    "traditional": "s2t",
    "taiwan": "s2tw",
    "hong kong": "s2hk",
    "mainland words": "tw2sp",
    "taiwan words": "s2twp",
}
_SIMPLIFYING = ("simplified", "mainland words")
_PIECE = 100  # the longest run of characters that is converted at once; conversion is quadratic in it
_RUN = re.compile(f"[{HAN}]{{1,{_PIECE}}}")


@functools.cache
def conversion(config: str) -> Callable[[str], str]:
    """A function that converts text by a configuration of OpenCC: t2s, s2t, s2tw, s2hk, tw2sp, s2twp.

    Both distributions give the same answers, but for some places at which two words of the tables overlap, 6 in 93,000
    characters of news: 长效机制作出 is 長效機制作出 by the one and 長效機製作出 by the other.

    Raises:
        VariantsUnavailable: the tables are not there, or another distribution has overwritten the module.

    >>> conversion("t2s")("後來的訊息")
    '后来的讯息'
    """
    folder = tables()
    try:
        fast = importlib.import_module("opencc_pyo3").OpenCC
    except ImportError:
        module = importlib.import_module("opencc")
        if not hasattr(module, "OpenCC"):
            raise VariantsUnavailable(
                f"the module 'opencc' at {folder.parent} is broken; reinstall {DISTRIBUTION}"
            ) from None
        return cast(Callable[[str], str], module.OpenCC(config).convert)
    slots = set(fast.available_slots())
    own = [path for path in sorted(folder.glob("*.txt")) if path.stem in slots]
    specs = [{"slot": path.stem, "files": [str(path)], "mode": "override"} for path in own]
    convert = cast(Callable[[str], str], fast.from_dict_files(config, specs).convert)
    if config != "s2twp":
        return convert
    # it leaves the words that it puts in as the table has them, 社羣, where the other distribution goes on to 社群
    forms = cast(Callable[[str], str], fast.from_dict_files("t2tw", specs).convert)
    return lambda text: forms(convert(text))


# 著 is simplified too, in the sense of writing and of being known; else it is 着
_WRITTEN = re.compile(
    "著(?=[名作称述书录者译文有论])|(?<=[显卓名原编土论巨昭专译遗合拙新旧所撰执共大此该本])著|(?<=《)著"
)
_BEFORE_ASPECT = (
    "[随沿跟接朝向对看着带有意味拿穿站坐躺跑走想听说笑哭忙等活望盯靠顺伴伴持握抱背扛推拉牵领守护围绕存怀藏充满洋溢"
    "闪亮开关挂贴写画印刻摆放装载照映飘流淌散弥漫笼罩覆盖承担负肩继沉睡醒经本凭趁借冒怀指吃喝唱跳骑赶紧执固显示预象征为]"
)
_ASPECT = re.compile(f"(?<={_BEFORE_ASPECT})著(?![名作称述书录者译])")


def _aspect(text: str) -> str:
    """着 for 著 where it is not the word for writing or renown."""
    return "".join("着" if c == "著" and not _WRITTEN.match(text, i) else c for i, c in enumerate(text))


def _convert(text: str, to: str) -> str:
    """Convert piece by piece, and only pieces that need it."""
    convert = conversion(_CONFIGS[to])
    if to in _SIMPLIFYING:
        return _aspect(_RUN.sub(lambda m: convert(m[0]), text))
    old, foreign = only_simplified(), only_traditional()
    return _RUN.sub(lambda m: m[0] if foreign.search(m[0]) and not old.search(m[0]) else convert(m[0]), text)


def convert_all(text: str, to: Target = "simplified") -> Iterator[Edit]:
    """All variants of a text in one script, or in one region's forms or words.

    >>> convert_variants_step.using(to="taiwan")("这里的软件开发")
    '這裡的軟件開發'
    >>> convert_variants_step.using(to="taiwan words")("这里的软件开发")
    '這裡的軟體開發'

    Raises:
        ValueError: there is no such target.
        VariantsUnavailable: the tables of OpenCC are not there.
    """
    if to not in _CONFIGS:
        raise ValueError(f"no variant {to!r}; known: {', '.join(get_args(Target))}")
    needs = only_traditional() if to in _SIMPLIFYING else re.compile(f"[{HAN}]")
    ambiguous = re.compile("[著乾瞭於藉徵]")
    start = 0
    for line in text.splitlines(keepends=True):
        if needs.search(line) or (to in _SIMPLIFYING and ambiguous.search(line)):
            if to not in _SIMPLIFYING and is_traditional(line) and not only_simplified().search(line):
                start += len(line)
                continue
            yield from _differences(line, start, to)
        start += len(line)


def _differences(line: str, start: int, to: str) -> Iterator[Edit]:
    for m in _RUN.finditer(line):
        old, new = m[0], _convert(m[0], to)
        at = start + m.start()
        if len(old) == len(new):
            for i, (a, b) in enumerate(zip(old, new, strict=True), at):
                if a != b:
                    yield Edit(i, i + 1, b, "convert_variants", Level.SURE, f"{b} for {a}: {to}")
        elif old != new:
            yield Edit(at, at + len(old), new, "convert_variants", Level.SURE, f"words of another length: {to}")


# never by itself: names keep these, and several are words of their own in both scripts
_KEPT = frozenset("鍾锺昇甯堃喆祐峯邨淼俬壹貳參肆伍陸柒捌玖拾佰仟")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭"
    "陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤欧源"
)
# the traditional characters that newspapers use most
_FREQUENT = frozenset(
    "並亂亞佈佔併來係個們倫偉側偵傑備傳傷傾僅僱價儀億儘償優儲兌兒內兩冊凱別則剛創劃劇劉劑動務勝勞勢勵勸匯區協卻參吳呂員問啟單嘗噴噸嚐嚴國圍園圓圖團執堅報場塊塭墊壇壓壞壯壽夠夢奧奪奮娛婦媽嬤嬰孫學宮實寧審寫"
    "寬寵寶將專尋對導屆層屬島崁崑崗崙嶺師帳帶幣幫幹幾庫廁廈廚廟廠廢廣廳張強彈徑從復徹悅愛態慣慮慶憂憑憲憶應懷戰戲戶掃掛採揚換揮損搖搶摯撥擁擇擊擔據擬擴擺擾攜攝攤數斷昇時暢暫曆書會東條棄棟棲楊業極榮構樁樂樑"
    "樓標樣樹橋機橫檔檢櫃欄權歐歡歲歷歸殯殺氣汙決沒況涼淨淵淺減測湧湯準溝溫滯滾滿漁漢漲漸潑潔潛潤澤濃濕濟濱灘灣災為烏無煙熱燈燒營爐爭爺爾牆狀獅獎獨獲獻現環產畢畫異當療癮發盃盡監盤盧眾瞭碩確碼磚礎礙禮稅種稱"
    "積穎穩窮競筆筍節範築篩簡簽籃籌籠籤籲糧紀約紅納紓純紙級紛紡細紹終組結絕絡給統絲經綜綠維綱網緊緒線締緣編緩練緻縣縮總績織繕繞繩繪繫繳繼續罰羅義習聖聞聯聲職聽脈脫腦腳腸膠臉臨臺與興舉舊艦艱莊華萬葉蒐蒞蓋蓮"
    "蕭薦藍藝藥蘆蘇蘊蘭處虛號蝦蟲術衛衝補裝裡製複襲見規視親覺覽觀觸訂計訊討訓託記訪設許訴診註詐評詞詢試詩詮話該詳誌認誕語誠誤說課誼調談請論諧諮諾謂講謝謹證識議護譽讀變讓讚豐豬貓貝貞負財貢貧貨販責貴買貸費貼"
    "貿賀賃資賓賞賢賣質賴購賽贈贊贏趕趙趨跡踐踴蹟蹤躍車軌軍軒軟軸較載輔輕輛輝輩輪輸轄轉辦農迴逕這連週進遊運過達違遞遠適遷選遺邁還邊郵鄉鄭鄰醫醬釋針銀銅銘銜銷鋒鋪鋼錄錢錦錯鍰鍵鎖鎮鏈鏡鐘鐵鑑鑽長門閃閉開閒間"
    "閱闖關闢陣陰陳陸陽隊階際隨險隱隻雖雙雜雞離難雲電靈靜韌韓響頁頂頃項順須預頒領頭頸頻顆題額顏願類顧顯風颱飛飯飲飼飽飾餅養餘館饋饗馬駁駐駕駛騎騙騰驗驚體髮鬆鬧鬱魚鮮鯓鯤鳥鳳鴨鴻鵝鶴鷺鹽麗麥麵麼黃點齊齡龍龜"
    "後"
)
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_NEUTRAL = 8  # for each traditional character, so many that both scripts have make a sentence simplified all the same
_BLOCK = 500  # characters that are taken for one page in telling which script it has
_NEAR = 40  # how far to both sides a stray character's own line is looked at
_SHORT = 6  # a quotation as long as this may be of the strange character itself
_QUOTED = re.compile("“[^“”\n]{1,200}”|‘[^‘’\n]{1,200}’|《[^《》\n]{1,100}》|「[^「」\n]{1,200}」|『[^『』\n]{1,200}』")
_KANA = re.compile("[\u3041-\u30ff]")
_IDEOGRAPH = re.compile(f"[{HAN}]")
# characters of both scripts, where only one of them writes the word with it
_EITHER = "著乾瞭於徵夥"
_BEFORE_DONE = "[为除到成来去走做看说听有得起给过]"
_DONE = re.compile(f"(?<={_BEFORE_DONE})瞭(?![望哨台])")  # 为瞭, 除瞭: what a converter made of every 了
_BEFORE = (  # by what stands before, and by what stands behind
    ("[饼晒风烘吹肉豆葡萄烤焙]", "乾"),
    ("明", "瞭"),
    ("[特象表]", "徵"),
    ("[同团]", "夥"),
    ("[对由关基位处至等限属终善用鉴便敢勇急乐利]", "於"),
)
_BEHIND = (
    ("[乾瞭於]", "[燥净旱杯枯粮果洗脆货涸瘪瘦冰解是此]"),
    ("徵", "[求收集兆税询文稿用地兵召信婚引]"),
    ("夥", "[伴计同]"),
)
_IN_WORDS = re.compile(
    "|".join([f"(?<={a}){b}" for a, b in _BEFORE] + [f"{a}(?={b})" for a, b in _BEHIND] + [_ASPECT.pattern, _DONE.pattern])
)


def variant_signs() -> list[Sign]:
    """By what characters a text gives occasion to look for one of the other script; those of names do not."""
    traditional = "".join(c for c in only_traditional().pattern if c not in _KEPT)
    return [(traditional,), *_BEFORE, *_BEHIND, (_BEFORE_ASPECT, "著"), (_BEFORE_DONE, "瞭")]


def stray_variants(text: str) -> Iterator[Edit]:
    """A traditional character in a page of simplified ones, or the reverse.

    A page that is wholly of one kind stays, and so do passages quoted in the other kind, names (鍾), and characters
    that both kinds have in a sense of their own: 乾坤, 著名, 瞭望.

    >>> stray_variants_step("本报訊，会後記者瞭解到，乾隆年间的著作在瞭望塔。")
    '本报讯，会后记者了解到，乾隆年间的著作在瞭望塔。'
    >>> stray_variants_step("本報訊，會後記者獲悉。")
    '本報訊，會後記者獲悉。'
    """
    either = sorted(i for c in _EITHER for i in occurrences(text, c) if _IN_WORDS.match(text, i))
    starts = {i - i % _BLOCK for i in either}
    at = 0
    while m := only_traditional().search(text, at):
        starts.add(m.start() - m.start() % _BLOCK)
        at = m.start() - m.start() % _BLOCK + _BLOCK
    for start in sorted(starts):
        end = start + _BLOCK
        words = either[bisect_left(either, start) : bisect_left(either, end)]
        near = text[max(0, start - _BLOCK) : end + _BLOCK]
        traditional = sum(c not in japanese() for c in only_traditional().findall(near))
        if traditional * _NEUTRAL > len(_IDEOGRAPH.findall(near)) and traditional > 2 * len(only_simplified().findall(near)):
            if not only_traditional().search(_QUOTED.sub("", near)):
                continue  # what is traditional is quoted
            for m in only_simplified().finditer(text, start, end):
                yield from _stray(text, m.start(), only_simplified(), only_traditional(), "taiwan", Level.LIKELY)
            continue
        for m in only_traditional().finditer(text, start, end):
            yield from _stray(text, m.start(), only_traditional(), only_simplified(), "simplified", Level.SURE)
        for i in words:
            yield from _stray(text, i, only_traditional(), only_simplified(), "simplified", Level.LIKELY)


def _stray(
    text: str, i: int, strange: re.Pattern[str], usual: re.Pattern[str], to: str, level: Level
) -> Iterator[Edit]:
    """The edit for one character, unless the passage that it stands in is of its own kind."""
    if text[i] in _KEPT or _SELECTOR.match(text, i + 1):
        return
    left, right = max(0, i - _NEAR, text.rfind("\n", max(0, i - _NEAR), i) + 1), i + _NEAR
    end = text.find("\n", i, right)
    if _of_one_kind(text[left : right if end < 0 else end], to):
        return
    around = max(0, i - 200)
    for quoted in _QUOTED.finditer(text, around, i + 200):
        if quoted.start() < i < quoted.end() and not usual.search(quoted[0]):
            if len(quoted[0]) <= _SHORT + 2 or len(strange.findall(quoted[0])) > 1:
                return
    new = "了" if to == "simplified" and _DONE.match(text, i) else _at(text, i, to)
    if to == "simplified" and text[i] in japanese():
        new, level = japanese()[text[i]], Level.LIKELY
    if not new or new == text[i] or new > "\uffff":
        return
    if to == "taiwan" and _at(text, i, "hong kong") == text[i]:
        return  # 着, 户, 税: so it is written there
    if to == "simplified" and text[i] not in _FREQUENT and not _SURNAMES.isdisjoint(text[max(0, i - 2) : i]):
        level = Level.GUESS  # it may be of a name
    kind = "traditional" if to == "simplified" else "simplified"
    yield Edit(i, i + 1, new, "stray_variants", level, f"{kind} {text[i]} in a page of the other kind: {new}")


@functools.lru_cache(1 << 8)
def _of_one_kind(near: str, to: str) -> bool:
    """Whether what stands near a character of the other kind is of that kind too, or in Japanese."""
    if _KANA.search(near) or _SELECTOR.search(near):
        return True
    traditional, simplified = only_traditional().findall(near), only_simplified().findall(near)
    strange, usual = (traditional, simplified) if to == "simplified" else (simplified, traditional)
    return len(set(strange)) > max(1, len(usual))


def _at(text: str, i: int, to: str) -> str | None:
    """What stands at a place when its surroundings are converted."""
    left = max(0, i - 6)
    return _inside(text[left : i + 7], i - left, to)


@functools.lru_cache(1 << 12)
def _inside(piece: str, place: int, to: str) -> str | None:
    """What stands at a place of a piece of text when it is converted."""
    run = next(m for m in re.finditer(f"[{HAN}]+", piece) if m.start() <= place < m.end())
    new = _convert(run[0], to)
    return new[place - run.start()] if len(new) == len(run[0]) else None


stray_variants_step = Step("stray_variants", stray_variants)
convert_variants_step = Step("convert_variants", convert_all)


def convert_variants(text: str, to: Target = "simplified") -> str:
    """The text in one kind of characters.

    Args:
        text: any text.
        to: ``"simplified"``; ``"traditional"`` as OpenCC writes it, ``"taiwan"`` or ``"hong kong"`` as they are written
            there; ``"mainland words"`` or ``"taiwan words"`` also change the words that the other side says otherwise.

    Raises:
        ValueError: there is no such target.
        VariantsUnavailable: the tables of OpenCC are not there; the message says what to do.

    >>> convert_variants("本報訊，隨著疫情緩解"), convert_variants("本报讯，随着疫情缓解", to="taiwan")
    ('本报讯，随着疫情缓解', '本報訊，隨著疫情緩解')
    """
    return convert_variants_step.using(to=to)(text)


def to_simplified(text: str) -> str:
    """The text in simplified characters, as :func:`convert_variants` has it.

    >>> to_simplified("鍾南山院士談疫情")
    '钟南山院士谈疫情'
    """
    return convert_variants(text, "simplified")


def to_traditional(text: str) -> str:
    """The text in traditional characters, as :func:`convert_variants` has it.

    >>> to_traditional("后来的发展")
    '後來的發展'
    """
    return convert_variants(text, "traditional")
