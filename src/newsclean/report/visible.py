"""Characters that cannot be seen, made visible; long passages, shortened in the middle."""

from __future__ import annotations

import unicodedata

_SIGNS = {"\n": "↵", "\t": "⇥", " ": "␣", "\u3000": "□"}


def visible(text: str) -> str:
    """White space as signs (↵ ⇥ ␣ □), other invisible characters by their code.

    >>> visible("务 川\\u200b\\n")
    '务␣川⟨U+200B⟩↵'
    """
    if text.isalnum():
        return text
    return "".join(map(_sign, text))


def _sign(character: str) -> str:
    if sign := _SIGNS.get(character):
        return sign
    if unicodedata.category(character)[0] in "CZ":
        return f"⟨U+{ord(character):04X}⟩"
    return character


def shortened(text: str, keep: int = 30) -> str:
    """A long passage by its two ends and its length.

    >>> shortened("此次疫情防控检测流程和区域划分十分规范", keep=8)
    '此次疫情 ⟨11 more⟩ 十分规范'
    """
    half = keep // 2
    more = len(text) - 2 * half
    return text if more <= 10 else f"{text[:half]} ⟨{more} more⟩ {text[-half:]}"
