"""By what signs a text gives occasion to each character step; a text without them has nothing for the step to do."""

from __future__ import annotations

import functools

from newsclean.chars import BLANK, NEWLINE
from newsclean.rules.mojibake import mojibake_signs
from newsclean.rules.quotes import CORNER_QUOTE
from newsclean.rules.rare_characters import rare
from newsclean.rules.unicode import SCREENS
from newsclean.rules.variants import variant_signs
from newsclean.rules.width import WIDE
from newsclean.screen import Screen

_BLANK = f"[{BLANK}]"
_WIDE = f"[^\x00-\x7f{NEWLINE}{BLANK}]"  # Chinese characters and marks, and what other steps make some of or delete
_MARK_BESIDE = f"[^0-9A-Za-z\u4e00-\u9fff{NEWLINE}{BLANK}]"  # Chinese marks, and what becomes one
_NUMERIC = "[0-9.,:%％OoIl|SB]"  # what stands in numbers, and what ocr_digits makes digits of
_ALNUM, _NO_ALNUM = "[0-9A-Za-z]", "[^0-9A-Za-z]"
_MARK = "[,.:;!?]"
_DOT = "[.．。·・‥]"
_DASH, _OTHER_DASH, _LINE_HEAD = "[-—–―─━－ー]", "[-–―─━－ー]", "[\n \u3000]"
_OCR_LETTER = "[OoIl|SB]"


@functools.cache
def screen() -> Screen:
    """The screen of the character steps. A step that it does not name is always called."""
    return Screen(
        {name: [(pattern.pattern,)] for name, pattern in SCREENS.items()}
        | {
            "html_entities": [("&",)],
            "mojibake": mojibake_signs(),
            "full_width": [(WIDE.pattern,)],
            "between_chinese": [(_WIDE, _BLANK, _WIDE), (_WIDE, _BLANK, _BLANK)],
            "in_numbers": [(_NUMERIC, _BLANK), (_BLANK, _NUMERIC)],
            "at_marks": [(_MARK_BESIDE, _BLANK), (_BLANK, _MARK_BESIDE)],
            "ocr_digits": [("[0-9,.]", _OCR_LETTER), (_OCR_LETTER, "[0-9.,OoIl 年月日]")],
            "circle_zeros": [("[一二三四五六七八九零〇]", "[○◯OoОо0０ＯΟο]")],
            "half_width": [(_NO_ALNUM, _MARK), (_MARK, _NO_ALNUM)],
            "half_width_brackets": [("[()]",)],
            "ellipses": [(_DOT, "[.．。·・‥ ]"), ("⋯",), ("[^…]", "…", "[^…]"), ("…", "…", "…")],
            "dashes": [
                (_OTHER_DASH, _DASH),
                (_DASH, _OTHER_DASH),
                (_LINE_HEAD, "[—─━－―]", "[^—]"),
                ("一", "[一—]"),
                ("[\u3400-\u9fff”》]", "[—─━―⸺]", "[\u3400-\u9fff“《]"),
                ("—", "—", "—"),
                ("[0-9年月日]", "一", "[0-9]"),
            ],
            "title_marks": [("[<>≪≫«»＜＞〈〉‹›﹤﹥]",), ("《", "《")],
            "mixed_brackets": [("[（(《〈≪«＜【】〔〕]",), ("<", "<")],  # what title_marks makes one of too
            "missing_brackets": [("[记讯习]", "[者员生]", _BLANK)],  # 记者, 通讯员, 实习生
            "corner_quotes": [(CORNER_QUOTE.pattern,)],
            "quotes": [("[\"＂“”„‟〝〞‘’'＇‛「」『』﹁﹂﹃﹄｢｣]",)],  # with what corner_quotes makes some of
            "lookalike_letters": [("[\u0370-\u03ff\u0400-\u052f]",)],
            "leaked_words": [("[a-z]", "[a-z-]", "[a-z]"), ("[a-z]", "\\s")],
            "stray_variants": variant_signs(),
            "rare_characters": [(rare().pattern,)],
        }
    )
