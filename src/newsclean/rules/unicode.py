"""Characters that stand for other characters, or that nobody can see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from newsclean.chars import is_traditional
from newsclean.edits import Edit, Level
from newsclean.steps import Step
from newsclean.tables import RADICALS_SUPPLEMENT, CharacterTable

# ---- line separators -----------------------------------------------------------------------------

_ODD_LINE_END = re.compile("[\r\x0b\x0c\x85\u2028\u2029](?:(?<=\r)\n)?")


def line_separators(text: str) -> Iterator[Edit]:
    r"""Every line ends in a line feed: ``\r\n``, ``\r``, form feed, vertical tab, NEL, U+2028 and U+2029 become one.

    The number of lines stays: two separators that follow each other are two line ends.

    >>> line_separators_step("上版\r\n下版\f导读")
    '上版\n下版\n导读'
    """
    for m in _ODD_LINE_END.finditer(text):
        yield Edit(m.start(), m.end(), "\n", "line_separators", Level.SURE, "a line end other than a line feed")


# ---- radicals, compatibility ideographs, vertical forms ------------------------------------------

_KANGXI = {chr(c): unicodedata.normalize("NFKC", chr(c)) for c in range(0x2F00, 0x2FD6)}
_RADICALS = CharacterTable(_KANGXI | RADICALS_SUPPLEMENT | {"⾭": "青"})
_DOOR = "⼾"  # the fonts of the mainland show 户 by it, those of Taiwan and Hong Kong 戶


def radicals(text: str) -> Iterator[Edit]:
    """Kangxi radicals (U+2F00…) and CJK radicals (U+2E80…) become the ideographs they look like.

    PDF files whose fonts show both by one glyph hand them over. After the Unicode properties Decomposition_Mapping
    and Equivalent_Unified_Ideograph; NFKC alone leaves ⺠ ⻓ ⻔ as they are.

    >>> radicals_step("⺠⽣⼯程⻓效机制")
    '民生工程长效机制'
    """
    for edit in _RADICALS.edits(text, "radicals", "a radical in place of an ideograph"):
        if text[edit.start] == _DOOR and not is_traditional(text, edit.start):
            edit = edit._replace(new="户")
        yield edit


def _canonical(first: int, last: int) -> dict[str, str]:
    """Characters of a range that Unicode holds for the same as another one (NFC), and that one."""
    pairs = ((chr(c), unicodedata.normalize("NFC", chr(c))) for c in range(first, last + 1))
    return {c: new for c, new in pairs if c != new}


_COMPATIBILITY = CharacterTable(
    _canonical(0xF900, 0xFAFF)
    | _canonical(0x2F800, 0x2FA1F)
    | {chr(c): unicodedata.normalize("NFKC", chr(c)) for c in range(0xFB00, 0xFB07)}
)


def compatibility(text: str) -> Iterator[Edit]:
    """Compatibility ideographs (U+F900…, U+2F800…) and Latin ligatures (ﬁ) become the characters they repeat.

    The twelve of U+FA0E…U+FA29 that are ideographs in their own right stay, and so do variation sequences.

    >>> compatibility_step("樂山市旅行社")
    '樂山市旅行社'
    """
    yield from _COMPATIBILITY.edits(text, "compatibility", "a compatibility character in place of the ordinary one")


_VERTICAL = CharacterTable(
    dict(
        zip(
            "︐︑︒︓︔︕︖︗︘︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹇﹈",
            "，、。：；！？〖〗（）｛｝〔〕【】《》〈〉「」『』［］",
            strict=True,
        )
    )
    | {"︙": "…", "︰": "："}
)
_VERTICAL_DASH = re.compile("︱︱")
_SMALL = CharacterTable(
    dict(zip("﹐﹑﹔﹕﹖﹗﹘﹙﹚﹛﹜﹝﹞", "，、；：？！—（）｛｝〔〕", strict=True))
    | dict(zip("﹟﹠﹡﹢﹣﹤﹥﹦﹨﹩﹪﹫", "#&*+-<>=\\$%@", strict=True))
)


def vertical_forms(text: str) -> Iterator[Edit]:
    """Presentation forms for vertical lines (︐ ︒ ︽) and small forms (﹐ ﹔) become the ordinary marks.

    A single ︱ stays: in horizontal lines it is a rule between two words.

    >>> vertical_forms_step("据介绍︐︽条例︾已施行︒")
    '据介绍，《条例》已施行。'
    """
    yield from _VERTICAL.edits(text, "vertical_forms", "a mark's form for vertical lines")
    yield from _SMALL.edits(text, "vertical_forms", "a mark's small form")
    for m in _VERTICAL_DASH.finditer(text):
        yield Edit(m.start(), m.end(), "——", "vertical_forms", Level.SURE, "a dash's form for vertical lines")


_KATAKANA_MARKS = CharacterTable({"｡": "。", "｢": "「", "｣": "」", "､": "、", "･": "·"})


def katakana_marks(text: str) -> Iterator[Edit]:
    """Half-width katakana marks ｡ ｢ ｣ ､ become 。 「 」 、, and ･ the interpunct.

    >>> katakana_marks_step("猪肉､蔬菜供应充足｡")
    '猪肉、蔬菜供应充足。'
    """
    yield from _KATAKANA_MARKS.edits(text, "katakana_marks", "a half-width katakana mark")


# ---- invisible characters ------------------------------------------------------------------------

_ODD_SPACE = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3164\uffa0\u2800]")

_BYTE, _KOREAN = "[\x80-\x84\x86-\x9f\xa1-\xb6\xb8-\xff]", "[\uac00-\ud7a3\u3131-\u318e]"
_NO_SPACE = re.compile(  # perhaps a byte of a text that was read in a wrong encoding; the filler of a Korean syllable
    f"\xa0(?:(?<={_BYTE}\xa0)|(?={_BYTE}))|[\u3164\uffa0](?:(?<={_KOREAN}.)|(?={_KOREAN}))"
)


def odd_spaces(text: str) -> Iterator[Edit]:
    """No-break spaces and the spaces of fixed width (U+00A0, U+2000…) become ordinary spaces; U+3000 stays.

    >>> odd_spaces_step("记者\\xa0张婷")
    '记者 张婷'
    """
    for m in _ODD_SPACE.finditer(text):
        if _NO_SPACE.match(text, m.start()):
            continue
        yield Edit(m.start(), m.end(), " ", "odd_spaces", Level.SURE, "a no-break space or a space of fixed width")


_UNSEEN = (
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f]"
)
_INVISIBLE = re.compile(f"{_UNSEEN}{_UNSEEN}*")  # what begins with one character of a class is found quickly
_JOINERS = "\u200c\u200d"
_JOINING = re.compile(
    "[\u0590-\u109f\u1700-\u18af\u1a00-\u1aff\u1b00-\u1c7f\ua800-\uabff\ufb1d-\ufdff\ufe70-\ufefc"
    "\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0e\ufe0f\U0001f000-\U0001faff\U00010a00-\U00011fff]"
)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_NAMES = {
    "\u200b": "a zero-width space",
    "\u200c": "a zero-width non-joiner where nothing joins",
    "\u200d": "a zero-width joiner where nothing joins",
    "\u2060": "a word joiner",
    "\ufeff": "a byte order mark",
    "\xad": "a soft hyphen",
}


def invisible(text: str) -> Iterator[Edit]:
    """Characters that nobody can see are deleted: zero-width, byte order, bidi and control marks, soft hyphens.

    Joiners stay where a script needs them (Arabic, the Indic scripts, emoji), bidi marks near letters that run from
    right to left, soft hyphens and control characters among Latin-1 letters: there they may be a text that was read
    in a wrong encoding. Variation selectors stay everywhere.

    >>> invisible_step("\\ufeff务川\\u200b自治县")
    '务川自治县'
    """
    if not _INVISIBLE.search(text):
        return
    right_to_left = _RIGHT_TO_LEFT.search(text) is not None
    for run in _INVISIBLE.finditer(text):
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        for place in range(run.start(), run.end()):
            c = text[place]
            if c in _JOINERS and (_JOINING.match(before) or _JOINING.match(after)):
                continue
            if c >= "\U000e0001" and _JOINING.match(before):
                continue  # the flag of a region
            if right_to_left and c in _BIDI_SET and _RIGHT_TO_LEFT.search(text, place - 40, place + 40):
                continue
            if "\x7f" < c <= "\xad" and any(
                "\x80" <= x <= "\xff" and x not in "\xa0\xb7" for x in (before, after) if x
            ):
                continue
            if before == "\r" and after == "\n":
                continue  # deleting it would make one line end of two
            reason = _NAMES.get(c, "a bidirectional mark" if c in _BIDI_SET else "an invisible control character")
            yield Edit(place, place + 1, "", "invisible", Level.SURE, reason)


_BIDI_SET = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# ---- private use ---------------------------------------------------------------------------------

_NO_PUBLIC = "[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]"
_PRIVATE = re.compile(f"{_NO_PUBLIC}{_NO_PUBLIC}*")
# Where GB 18030-2000 had no code point yet, and the bullets of the fonts Symbol and Wingdings
_KNOWN_PRIVATE = {
    **dict(zip("\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796", "，、。：；！？〖〗…", strict=True)),
    **{"\ue5e5": "\u3000", "\ue7c7": "ḿ", "\ue7c8": "ǹ"},
    **{
        "\ue81e": "鿄",
        "\ue826": "鿅",
        "\ue82b": "鿆",
        "\ue82c": "鿇",
        "\ue832": "鿈",
        "\ue843": "鿉",
        "\ue854": "鿊",
        "\ue864": "鿋",
    },
    **{
        "\uf0b7": "•",
        "\uf06c": "●",
        "\uf06e": "■",
        "\uf075": "◆",
        "\uf0a7": "▪",
        "\uf0a8": "□",
        "\uf0d8": "➢",
        "\uf0fc": "✓",
    },
}


def private_use(text: str, delete: bool = True) -> Iterator[Edit]:
    """Private-use characters of GB 18030 and of symbol fonts become public ones; those that nobody knows are deleted.

    Args:
        text: the text.
        delete: False leaves the glyphs that nobody knows.

    >>> private_use_step("\\uf06c本报讯\\ue0a3 记者获悉")
    '●本报讯 记者获悉'
    """
    for run in _PRIVATE.finditer(text):
        for place in range(run.start(), run.end()):
            if known := _KNOWN_PRIVATE.get(text[place]):
                yield Edit(
                    place, place + 1, known, "private_use", Level.SURE, "a private-use code of a known character"
                )
            elif delete and text[run.start() - 1 : run.start()] + text[run.end() : run.end() + 1] != "\r\n":
                yield Edit(place, place + 1, "", "private_use", Level.LIKELY, "a private-use glyph that nobody knows")


# The characters that each of these steps is for, by the step's name
SCREENS: dict[str, re.Pattern[str]] = {
    "line_separators": _ODD_LINE_END,
    "odd_spaces": _ODD_SPACE,
    "invisible": _INVISIBLE,
    "private_use": _PRIVATE,
    "radicals": _RADICALS.pattern,
    "compatibility": _COMPATIBILITY.pattern,
    "vertical_forms": re.compile("[\ufe10-\ufe6b]"),
    "katakana_marks": _KATAKANA_MARKS.pattern,
}

line_separators_step = Step("line_separators", line_separators)
radicals_step = Step("radicals", radicals)
compatibility_step = Step("compatibility", compatibility)
vertical_forms_step = Step("vertical_forms", vertical_forms)
katakana_marks_step = Step("katakana_marks", katakana_marks)
odd_spaces_step = Step("odd_spaces", odd_spaces)
invisible_step = Step("invisible", invisible)
private_use_step = Step("private_use", private_use)
