"""Words and letters of a foreign script that leaked in: ``service 意识``, ``СOVID``.

A machine that translates, corrects or recognises text leaves an English word where a Chinese one belongs, and a
Cyrillic or Greek letter where a Latin one of the same shape belongs. What Chinese itself writes in Latin letters stays: names,
units, acronyms, titles, quotations, code, English sentences.
"""

from __future__ import annotations

import functools
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from newsclean.chars import BLANK, HAN, is_traditional
from newsclean.edits import Edit, Level
from newsclean.language import load
from newsclean.rules.variants import to_traditional
from newsclean.steps import Pipeline, Step

__all__ = [
    "fix_mixed_script",
    "leaked_words",
    "leaked_words_step",
    "lookalike_letters",
    "lookalike_letters_step",
    "mixed_script_pipeline",
]

CONTEXT = 3  # characters that the language model sees on each side
PAGE = 20_000  # how far to both sides a rendering is counted
REPEATED = 0.9  # what a rendering gains for each doubling of its count on the page
USUAL = 2.1  # what the usual rendering, the first of the table, is ahead of the others
RANK = 0.4  # what each of them loses for its place in the table
FITS = -6.0  # least log-odds at which a word is taken to belong here; beside English words or digits it must go well
FITS_WELL = 1.0
CAPITAL = -3.0  # with a capital at a sentence's beginning
FITS_ALONE = -8.0  # least log-odds for a word of one rendering, set off by spaces

# ASCII that binds a word to its neighbour: an address, a path, code, a compound
_BOUND = r"A-Za-z_/@\\#&+=<>{}\[\]$%^*~|`\u00c0-\u024f\u0370-\u04ff-"
_WORD = re.compile(
    rf"[A-Za-z](?<![{_BOUND}0-9].)(?<![{_BOUND}0-9][.:'’].)[A-Za-z]*(?:-[a-z]+){{0,3}}(?![A-Za-z])"
    rf"(?:[{BLANK}]*\n[{BLANK}\n]*(?P<rest>[a-z]+))?(?![{_BOUND}])"
)
_PLAUSIBLE = re.compile("[a-z](?:[a-z]{2}|-[a-z]|\\s*\n)")
_SPACE = BLANK + "\n"
_HAN = re.compile(f"[{HAN}]")
_CHINESE = re.compile(f"[{HAN}，、。；：！？]")
_LATIN_BEFORE = re.compile(rf"[A-Za-z0-9\u00c0-\u024f\u0370-\u04ff.'’][{BLANK}]*\n?[{BLANK}]*$")
_LATIN_AFTER = re.compile(
    rf"[{BLANK}]*\n?[{BLANK}]*[A-Za-z0-9\u00c0-\u024f\u0370-\u04ff]|[.:'’][^\s{HAN}]|[{BLANK}]*[{{}}=<>]"
    r"|\([\"'“‘A-Za-z0-9_)]"
)
# but a number that goes with Chinese, and an acronym, may stand beside it: growth 5%, industry120多万人, AI technology
_NUMBER_BEFORE = re.compile(rf"(?<![A-Za-z])[0-9][{BLANK}]*$|(?<![A-Za-z0-9])[A-Z]{{2,5}}[{BLANK}]*$")
_NUMBER_AFTER = re.compile(rf"[{BLANK}]*[0-9][0-9.,]*(?:[{BLANK}]?[年月日时万亿多余个项名人元家次条]|[%％、，。；])")
# what is spoken of is the word itself
_NAMED = re.compile(
    "(?:英文|英语|单词|名为|叫做|取名|命名为|译为|意为|意即|音译|拼写|拼作|缩写|简称|词汇|密码|账号|用户名|域名|邮箱|代码|函数|变量|命令|字段|参数|程序|语句"
    f"|网名|昵称|艺名|微信名|店名|代号)(?:[中里]的?|的)?[{BLANK}]*[是为叫：:“‘]?[{BLANK}]*(?:[A-Za-z]+[{BLANK}]*[和与、及][{BLANK}]*)?$"
)
_SPOKEN_OF = re.compile(
    f"[{BLANK}]*[”’]?[{BLANK}]*(?:一词|这个词|这个单词|这个英文|的意思|意为|意即|译为|（意)"
    f"|[{BLANK}]*(?:就?是|即|指|表示)[“‘「]?[{HAN}]{{1,8}}[”’」]?(?:的意思|之意)"
)
# joined to another Latin word: apple和banana
_JOINED_BEFORE = re.compile(f"([A-Za-z]{{2,}})[{BLANK}]*[和与、及或與][{BLANK}]*$")
_JOINED_AFTER = re.compile(f"[{BLANK}]*[和与、及或與][{BLANK}]*([A-Za-z]{{2,}})")
# a word at a sentence's beginning is written with a capital; what many names are made of is not taken for one
_BEGINS = re.compile(f"(?:^|[。！？；：\n])[{BLANK}“]*$")
_NAMES = (
    " apple amazon target nature science time times fortune discovery visa shell gap oracle meta office word "
    "excel chrome edge galaxy note vision people guardian economist independent mirror sun star post express "
    "mail observer cell wish line zoom slack signal telegram pages numbers safari horizon spirit opportunity "
    "challenger enterprise focus world vogue life money fox ford intel subway metro boss polo jaguar golf civic "
    "accord odyssey pilot explorer expedition escape ranger frontier leaf quest windows steam unity epic square "
    "stripe block snap match bloom bing china london paris beauty dream victory pioneer crown eagle falcon "
    "dragon atlas titan sky cloud nova forever friends frozen up home green red blue black white gold silver "
)
_CALLED = re.compile(
    f"[{BLANK}]*(?:公司|集团|杂志|期刊|网站|网|周刊|号|品牌|乐队|组合|软件|系统|平台|手机|版|奖|杯|酒店|咖啡|餐厅|银行|基金|大学|学院|先生|女士|教授|博士|作者|主唱|专辑|单曲|官方|发布|推出|宣布|上线)"
)
_PAIRS = {
    "“": "”",
    "‘": "’",
    "（": "）",
    "(": ")",
    "《": "》",
    "「": "」",
    "『": "』",
    "〈": "〉",
    '"': '"',
    "【": "】",
    "'": "'",
}


@functools.cache
def _renderings() -> dict[str, tuple[str, ...]]:
    """English words and how Chinese newspapers say them, the usual rendering first."""
    table = (files("newsclean") / "data" / "leaked_words.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {word: tuple(renderings.split()) for word, renderings in rows}


def _stems(word: str) -> Iterator[str]:
    """The word, and what it may be a plural, a past or an -ing form of."""
    yield word
    for ending, stems in (
        ("ies", ("y",)),
        ("es", ("e", "")),
        ("s", ("",)),
        ("ied", ("y",)),
        ("ed", ("e", "")),
        ("ing", ("e", "")),
    ):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[: -len(ending)]
            yield from (stem + end for end in stems)
            if stem[-1] == stem[-2] and ending in ("ed", "ing"):
                yield stem[:-1]


def renderings(word: str) -> tuple[str, ...]:
    """How Chinese newspapers say an English word, the usual rendering first; empty for a word that is not in the table.

    >>> renderings("service"), renderings("factories"), renderings("vlog")
    (('服务',), ('工厂',), ())
    """
    table = _renderings()
    return next((table[stem] for stem in _stems(word) if stem in table), ())


class _Leak(NamedTuple):
    """An English word among Chinese ones."""

    pieces: tuple[tuple[int, int], ...]  # where it stands, the white space beside it included; two if a line ends in it
    word: str
    renderings: tuple[str, ...]
    left: str  # the characters beside it, white space left out
    right: str
    least: float  # the least log-odds at which it is replaced


def leaked_words(text: str) -> Iterator[Edit]:
    """English words that stand where Chinese ones belong, in the rendering that fits the place best.

    The rendering is chosen by the language model among those of the table, by their rank there and by how often the
    page has them. A word stays that is quoted, in brackets, named as a word, beside other Latin letters or digits, or
    written with capitals other than at a sentence's beginning, and so does every word that the table does not hold.

    >>> leaked_words_step("增强 service 意识，推动经济development。")
    '增强服务意识，推动经济发展。'
    >>> leaked_words_step("用英文service表示服务（service），在《nature》发表")
    '用英文service表示服务（service），在《nature》发表'
    """
    if not _PLAUSIBLE.search(text):
        return
    leaks = [leak for m in _WORD.finditer(text) for leak in _leaks(text, m)]
    if not leaks:
        return
    times_of = _Times(text)
    for leak, (new, odds) in zip(leaks, _best(leaks, times_of), strict=True):
        times = times_of(new, leak.pieces[0][0])
        reason = f"English word where a Chinese one belongs: {new} for {leak.word} (log-odds {odds:.1f}"
        reason += f", {times} times on the page)" if times else ")"
        level = Level.LIKELY if odds >= leak.least else Level.GUESS
        for n, (start, end) in enumerate(leak.pieces):
            yield Edit(start, end, "" if n else new, "leaked_words", level, reason)


def _leaks(text: str, m: re.Match[str]) -> Iterator[_Leak]:
    """The leaked words of one match: a word, a word that a line end breaks, or two words on two lines."""
    second = m["rest"]
    if not second:
        if not m[0].isupper() and (found := renderings(m[0].lower())):
            yield from _leak(text, [m.span()], m[0], found)
        return
    first = m[0].split()[0]
    whole = renderings((first + second).lower())
    if whole and not (renderings(first) and renderings(second)):  # else two English words in a row, which stay
        yield from _leak(text, [(m.start(), m.start() + len(first)), m.span("rest")], first + second, whole)


def _leak(text: str, spans: list[tuple[int, int]], word: str, found: tuple[str, ...]) -> Iterator[_Leak]:
    start, end = spans[0][0], spans[-1][1]
    judged = _beside(text[max(0, start - 24) : start], text[end : end + 24])
    if judged is None:
        return
    left, right, least = judged
    if is_traditional(text, start):
        found = tuple(map(to_traditional, found))
    wide = _with_blanks(text, start, end)
    pieces = ((wide[0], spans[0][1]), (spans[1][0], wide[1])) if len(spans) == 2 else (wide,)
    if len(found) == 1 and least == FITS and wide[0] < start and len(word) >= 4:
        least = FITS_ALONE
    if not word.islower():
        least = max(least, CAPITAL) if _begins_sentence(text, start, end, word) else np.inf
    yield _Leak(pieces, word, found, left, right, least)


def _begins_sentence(text: str, start: int, end: int, word: str) -> bool:
    """Does a word have its capital because a sentence begins with it, and not because it is a name?"""
    if not word.istitle() or f" {word.lower()} " in _NAMES or not _BEGINS.search(text[max(0, start - 6) : start]):
        return False
    return _HAN.match(text[end:].lstrip(BLANK)[:1] or "|") is not None and not _CALLED.match(text, end)


@functools.lru_cache(1 << 12)
def _beside(before: str, after: str) -> tuple[str, str, float] | None:
    """What stands beside an English word that may have leaked in, and the least log-odds at which it is replaced.

    Args:
        before, after: some characters on both sides.
    """
    least = FITS
    if _LATIN_BEFORE.search(before):
        if not (_NUMBER_BEFORE.search(before) and _HAN.match(after.lstrip(BLANK))):
            return None
        least = FITS_WELL
    if _LATIN_AFTER.match(after):
        if not (_NUMBER_AFTER.match(after) and _CHINESE.match(before.rstrip(BLANK)[-1:])):
            return None
        least = FITS_WELL
    left, right = "".join(before.split())[-CONTEXT:], "".join(after.split())[:CONTEXT]
    if left and right and _PAIRS.get(left[-1]) == right[0]:
        return None
    # Chinese on one side at least, be it behind a mark
    beside = [
        side
        for side in (left[:-3:-1], right[:2])
        if side and (_HAN.match(side) or (not side[0].isascii() and _HAN.search(side)))
    ]
    if not beside or _NAMED.search(before) or _SPOKEN_OF.match(after):
        return None
    if any(
        joined and not renderings(joined[1].lower())
        for joined in (_JOINED_BEFORE.search(before), _JOINED_AFTER.match(after))
    ):
        return None
    return left, right, least


def _with_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the spaces that set it off from its neighbours on the same line."""
    first, last = start, end
    while first and text[first - 1] in BLANK:
        first -= 1
    while last < len(text) and text[last] in BLANK:
        last += 1
    return (
        first if first and text[first - 1] != "\n" else start,
        last if last < len(text) and text[last] != "\n" else end,
    )


class _Times:
    """How often a page has a word around a place; each word is looked for once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[str, list[int]] = {}

    def __call__(self, word: str, place: int) -> int:
        if word not in self.places:
            self.places[word] = [m.start() for m in re.finditer(re.escape(word), self.text)]
        places = self.places[word]
        return bisect_right(places, place + PAGE - len(word)) - bisect_left(places, max(0, place - PAGE))


def _best(leaks: Sequence[_Leak], times_of: _Times) -> Iterator[tuple[str, float]]:
    """For each leak its best rendering, and how much better it goes with its neighbours than words at random."""
    asked = [
        part
        for leak in leaks
        for new in leak.renderings
        for part in (leak.left + new + leak.right, leak.left, new, leak.right)
    ]
    number = {part: n for n, part in enumerate(dict.fromkeys(asked))}  # the model is asked once about each
    means = load().mean_log_prob(list(number)).take([number[part] for part in asked])
    total = means * np.fromiter(map(len, asked), np.float32, len(asked))
    joined, left, alone, right = total.reshape(-1, 4).T
    fits = (joined - left - alone - right).tolist()
    at = 0
    for leak in leaks:
        merits = [
            fits[at + rank]
            - USUAL * (rank > 0)
            - RANK * rank
            + REPEATED * math.log2(1 + times_of(new, leak.pieces[0][0]))
            for rank, new in enumerate(leak.renderings)
        ]
        best = merits.index(max(merits))
        yield leak.renderings[best], fits[at + best]
        at += len(merits)


_CYRILLIC = dict(zip("АВЕКМНОРСТУХІЅЈаеорсухіѕјһԁԛԝ", "ABEKMHOPCTYXISJaeopcyxisjhdqw", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲ", "ABEZHIKMNOPTYXoc", strict=True))
_TO_LATIN = _CYRILLIC | _GREEK
_TO_CYRILLIC = {latin: cyrillic for cyrillic, latin in _CYRILLIC.items()}
_IN_BRACKETS = re.compile("[（(“《]")
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_MIXED = re.compile("[A-Za-z\u0370-\u03ff\u0400-\u052f]+(?:[0-9-]+[A-Za-z\u0370-\u03ff\u0400-\u052f]+)*[0-9]*")
# acronyms of newspapers whose letters all have doubles in other scripts
_ACRONYMS = (
    " APEC APP ATM BBC BMI BTC CBA CBO CCTB CEO CET CIA COO COP CPA CPI CPTPP CT CTO EMBA EMS EPC ETC HTC ICT IMAX IMO IOC IP IPO ISO IT "
    "ITO KPI MBA MIT MPA OTC PC PCT PE PET PMI POS PPI PPP PPT PTA TBC TCM THC TOP TPP XBOX "
)
# what Chinese writes with one Latin letter: A股, T恤, C位
_LETTER_WORDS = re.compile(
    "(?:A[股轮型座区级]|B[股超型轮座区级]|C[位型轮座区级]|E[型座区]|H股|K[歌线]|M[型级]|O型|P图|T[恤台型]|X[光射型])"
)

_LETTERED = ("维生素", "附件", "选项", "方案", "座位")  # what letters tell apart


def lookalike_letters(text: str) -> Iterator[Edit]:
    """Cyrillic and Greek letters inside Latin words, and Latin ones inside Cyrillic words, that only look alike.

    A word's own script is the one that has letters of its own in it: ``СOVID`` has a V, ``Мoсквa`` a кв. Words of one
    script stay, and so do Greek letters that are meant: μm, TNF-α, Ω.

    >>> lookalike_letters_step("СOVID-19疫苗，5С级景区，μm、α粒子、СССР、Москва")
    'COVID-19疫苗，5C级景区，μm、α粒子、СССР、Москва'
    """
    if not _FOREIGN.search(text):
        return
    for m in _MIXED.finditer(text):
        word = m[0]
        foreign = _FOREIGN.findall(word)
        if not foreign:
            continue
        latin = [c for c in word if c.isascii() and c.isalpha()]
        own = [c for c in foreign if c not in _TO_LATIN]
        own_latin = [c for c in latin if c not in _TO_CYRILLIC]
        if not latin:
            number = any(c.isdigit() for c in text[max(0, m.start() - 1) : m.end()])
            lone = len(foreign) == 1 and not own and foreign[0].isupper()
            meant = "".join(_TO_LATIN.get(c, " ") for c in word)
            acronym = not own and (
                f" {meant} " in _ACRONYMS or (number and len(foreign) > 1 and word.isupper() and "-" not in word)
            )
            bracketed = _IN_BRACKETS.match(text[m.start() - 1 : m.start()])
            if (acronym and not bracketed) or (
                lone
                and (
                    number
                    or _LETTER_WORDS.match(_TO_LATIN[word] + text[m.end() : m.end() + 1])
                    or text[max(0, m.start() - 3) : m.start()].endswith(_LETTERED)
                )
            ):
                yield from _letters(
                    m, _TO_LATIN, Level.LIKELY, "a foreign letter in Chinese text that looks like Latin"
                )
        elif not own:
            level = Level.SURE if own_latin else Level.LIKELY
            yield from _letters(m, _TO_LATIN, level, f"a letter that looks like Latin in the Latin word {word}")
        elif not own_latin and len(own) > len(latin) / 2 and all(c >= "\u0400" for c in foreign):
            yield from _letters(m, _TO_CYRILLIC, Level.SURE, f"a Latin letter in the Cyrillic word {word}")


def _letters(m: re.Match[str], table: dict[str, str], level: Level, reason: str) -> Iterator[Edit]:
    for i, c in enumerate(m[0], m.start()):
        if c in table:
            yield Edit(i, i + 1, table[c], "lookalike_letters", level, reason)


leaked_words_step = Step("leaked_words", leaked_words)
lookalike_letters_step = Step("lookalike_letters", lookalike_letters)
mixed_script_pipeline = Pipeline("mixed_script", (lookalike_letters_step, leaked_words_step))


def fix_mixed_script(text: str) -> str:
    """Put Chinese words back where English ones leaked in, and Latin letters for Cyrillic or Greek look-alikes.

    Args:
        text: a page or any piece of it.

    Returns:
        The text, with the spaces around the leaked words gone.

    >>> fix_mixed_script("增强 service 意识，推进СOVID-19疫苗接种")
    '增强服务意识，推进COVID-19疫苗接种'
    """
    return mixed_script_pipeline(text)
