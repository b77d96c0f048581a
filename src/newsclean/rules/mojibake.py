"""Text read in the wrong encoding (鏂囧瓧, ÎÄ×Ö, æ–‡å\u00ad—), and HTML entities left in it.

Nothing is changed unless the bytes are right in the other encoding and the language model finds the outcome to be
Chinese. 锟斤拷 cannot be restored: what stood there was lost before; it is reported as a suggestion.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator
from html.entities import html5

from newsclean.edits import Edit, Level
from newsclean.language import load
from newsclean.screen import Sign
from newsclean.steps import Step

__all__ = ["html_entities", "html_entities_step", "mojibake", "mojibake_step"]

CHINESE = -8.5  # least mean of ln P of a character, of the piece itself or of all such pieces of the page
POOL = 6  # characters that all pieces of the page must have to vouch for each other
LOSS = 0.34  # most characters of a piece that may be lost

# Windows-1252 where it differs from Latin-1; its five empty places are read as Latin-1 has them
_CP1252 = {bytes([b]).decode("cp1252"): b for b in range(0x80, 0xA0) if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_WESTERN = "\u0080-\u00ff" + "".join(_CP1252)
# UTF-8 of three bytes seen as Western letters: ä¸­ å›½; and of two, where it is a letter or a mark: Ã© Â·
_FIRST_OF_UTF8 = re.compile("[\u00c2\u00c3\u00e2-\u00ef]")
_UTF8_AS_WESTERN = re.compile(f"(?:[\u00e2-\u00ef][{_WESTERN}]{{2}}|[\u00c2\u00c3][{_WESTERN}])+")
# GBK seen as Western letters: pairs of them; the second may be an ASCII sign
_GBK_AS_WESTERN = re.compile(f"[\u00a1\u00a3\u00b0-\u00f7][{_WESTERN}][{_WESTERN}]*[{_WESTERN}@-~](?![a-z])")
_COMMON = re.compile("[\u4e00-\u9fa5，。、：；！？（）“”《》0-9]{2,}")
_MARKS = "“”‘’—…，。！？；：、（）《》·【】°×÷é"
_LOST_SIGNS = ("锟斤", "斤拷", "ï¿½", "烫烫烫烫", "屯屯屯屯")
_LOST = re.compile("(?:锟斤拷|锟斤|斤拷)+锟?|(?:ï¿½)+|烫{4,}|屯{4,}")
_ENTITY = re.compile("&(?:amp;)*(?:#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|[a-zA-Z]{2,8}[0-9]{0,2});")
_QUOTING = re.compile("(?:[“\"'‘「`]|实体|转义|写作|写成|代码|用)[是为]?[ ]?$")
_ADDRESS = re.compile("(?:https?://|www\\.|[?&]\\w+=)[^\\s\u3000-\u9fff]*$")


@functools.cache
def _utf8_as_gbk() -> tuple[tuple[str, str, str], re.Pattern[str], re.Pattern[str]]:
    """What Chinese in UTF-8 looks like when read as GBK: three signs for two characters of three bytes each.

    Returns:
        The classes of three such signs, the pattern of all three in a row, and that of all signs that may stand beside.
    """

    def signs(firsts: range, seconds: range) -> str:
        both = (bytes([a, b]).decode("gb18030", "ignore") for a in firsts for b in seconds if b != 0x7F)
        return "".join(c for c in both if len(c) == 1)

    lead, trail, ascii_trail = range(0xE2, 0xF0), range(0x80, 0xC0), range(0x40, 0x7F)
    begins, between, ends = signs(lead, trail), signs(trail, lead), signs(trail, trail)
    beside = f"{begins}{between}{ends}{signs(trail, ascii_trail)}€?\ufffd"
    three = f"[{begins}]", f"[{between}]", f"[{ends}€]"
    return three, re.compile("".join(three)), re.compile(f"[{beside}]*")


def mojibake_signs() -> list[Sign]:
    """By what characters in a row a text gives occasion to look for one that was read in a wrong encoding."""
    western = f"[{_WESTERN}]"
    return [
        _utf8_as_gbk()[0],
        ("[\u00e2-\u00ef]", western, western),
        ("[\u00c2\u00c3]", western),
        ("[\u00a1\u00a3\u00b0-\u00f7]", western, f"[{_WESTERN}@-~]"),
        ("锟", "斤"),
        ("斤", "拷"),
        ("ï", "¿", "½"),
        ("烫", "烫", "烫"),
        ("屯", "屯", "屯"),
    ]


def mojibake(text: str) -> Iterator[Edit]:
    """Text that was read in the wrong encoding, in the encoding that makes Chinese of it.

    UTF-8 read as GBK, UTF-8 read as Latin-1 or Windows-1252, GBK read as either of these. A character whose bytes
    are not all there becomes U+FFFD. 锟斤拷 is only reported: it holds nothing that could be restored.

    >>> mojibake_step("鏂囧瓧锛岄伒涔夊競召开会议")
    '文字，遵义市召开会议'
    >>> mojibake_step("×ñÒåÊÐ召开会议"), mojibake_step("é\x81µä¹‰å¸‚召开会议")
    ('遵义市召开会议', '遵义市召开会议')
    >>> [edit.reason for edit in mojibake_step.suggestions("锟斤拷召开会议")]
    ['the characters that stood here were lost when the text was written in another encoding; see the source']
    """
    if text.isascii():
        return
    yield from _proved(list(_pieces_of_utf8_as_gbk(text)), "UTF-8 read as GBK")
    found = _UTF8_AS_WESTERN.finditer(text) if _FIRST_OF_UTF8.search(text) else ()
    spans = [(m.start(), m.end(), _western_bytes(m[0]).decode("utf-8", "replace")) for m in found]
    yield from _proved([(a, b, new) for a, b, new in spans if "\ufffd" not in new], "UTF-8 read as Windows-1252")
    spans = [
        (m.start(), m.end(), _western_bytes(m[0]).decode("gbk", "replace")) for m in _GBK_AS_WESTERN.finditer(text)
    ]
    yield from _proved([(a, b, new) for a, b, new in spans if _COMMON.fullmatch(new)], "GBK read as Latin-1")
    for m in _LOST.finditer(text) if any(sign in text for sign in _LOST_SIGNS) else ():
        lost = "the characters that stood here were lost when the text was written in another encoding; see the source"
        yield Edit(m.start(), m.end(), "\ufffd" * max(1, len(m[0]) * 2 // 3), "mojibake", Level.GUESS, lost)


def _pieces_of_utf8_as_gbk(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each piece begins and ends, and what it is in UTF-8."""
    _, three, beside = _utf8_as_gbk()
    at = 0
    while m := three.search(text, at):
        start, at = m.start(), m.end()
        more = beside.match(text, at)
        end = more.end() if more else at
        # real characters may follow whose bytes look like the middle of UTF-8
        while end > at and max(_bytes(text[end - 1])) < 0xC0 and not _whole(text[start:end]):
            end -= 1
        new = b"".join(map(_bytes, text[start:end])).decode("utf-8", "replace")
        at = max(at, end)
        new = re.sub("\ufffd+", "\ufffd", new)
        if new.count("\ufffd") <= LOSS * len(new):
            yield start, end, new


def _bytes(sign: str) -> bytes:
    """The bytes that were read as this sign; those of ? and U+FFFD are lost."""
    if sign in "?\ufffd":
        return b"\xff"
    return b"\x80" if sign == "€" else sign.encode("gb18030")


def _whole(signs: str) -> bool:
    return not b"".join(map(_bytes, signs)).decode("utf-8", "replace").endswith("\ufffd")


def _western_bytes(text: str) -> bytes:
    """The bytes that were read as Windows-1252, or as Latin-1 where that has nothing."""
    return bytes(_CP1252.get(c) or (ord(c) if ord(c) < 256 else 0x3F) for c in text)


def _proved(pieces: list[tuple[int, int, str]], what: str) -> Iterator[Edit]:
    """The edits for pieces that make Chinese, by themselves or together."""
    if not pieces:
        return
    kept = [re.sub("\ufffd", "", new) for _, _, new in pieces]
    means = load().mean_log_prob(kept)
    sizes = [len(piece) for piece in kept]
    together = float(sum(mean * size for mean, size in zip(means, sizes, strict=True))) / max(1, sum(sizes))
    for (start, end, new), mean, size in zip(pieces, means.tolist(), sizes, strict=True):
        if any(c < " " or "\x7f" <= c < "\xa0" for c in new):
            continue
        marks = all(c in _MARKS for c in new)  # nothing that a model could judge: the bytes themselves are the proof
        if marks or (mean >= CHINESE and size > 1) or (together >= CHINESE and sum(sizes) >= POOL):
            level = Level.LIKELY if marks or size < 4 or "\ufffd" in new else Level.SURE
            yield Edit(start, end, new, "mojibake", level, f"{what}: as restored, ln P of a character is {mean:.1f}")


def html_entities(text: str) -> Iterator[Edit]:
    """Character references of HTML that were never resolved, also where they were escaped twice.

    What is quoted, part of an address, or no entity of HTML 5 stays. A line feed becomes a space.

    >>> html_entities_step("&ldquo;同心&rdquo;&nbsp;&amp;nbsp;抗疫&#65292;A&B; AT&T;")
    '“同心”  抗疫，A&B; AT&T;'
    """
    for m in _ENTITY.finditer(text):
        name = m[0][1:].removesuffix(";").split(";")[-1]
        if not name.startswith("#") and name + ";" not in html5:
            continue
        before = text[max(0, m.start() - 40) : m.start()]
        if _QUOTING.search(before) or _ADDRESS.search(before) or before.split("\n")[-1].count("`") % 2:
            continue
        entity = f"&{name};"
        new = html.unescape(entity)
        new = " " if new.isspace() else new
        if new == entity or not new.isprintable():
            continue
        yield Edit(m.start(), m.end(), new, "html_entities", Level.SURE, f"a character reference of HTML: {name}")


mojibake_step = Step("mojibake", mojibake)
html_entities_step = Step("html_entities", html_entities)
