"""The tables of words and characters: sorted, each row once, and what the rules take for granted about them."""

from __future__ import annotations

import re
from importlib.resources import files

from newsclean.rules.confusables import alternatives, twins
from newsclean.rules.rare_characters import doubles
from newsclean.rules.scripts import renderings


def rows(name: str) -> list[list[str]]:
    text = (files("newsclean") / "data" / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def test_tables_are_sorted_and_name_each_row_once() -> None:
    for name in ("leaked_words.tsv", "confusables.tsv", "misread_words.tsv", "rare_doubles.tsv"):
        keys = [row[0] for row in rows(name)]
        assert keys == sorted(set(keys)), name


def test_leaked_words_are_lower_case_with_one_to_four_chinese_renderings() -> None:
    table = rows("leaked_words.tsv")
    assert len(table) >= 1500
    for word, chinese in table:
        assert re.fullmatch("[a-z]+(-[a-z]+)*", word)
        assert 1 <= len(chinese.split(" ")) <= 4
        assert all(re.fullmatch("[\u4e00-\u9fff]+", c) for c in chinese.split(" "))


def test_what_chinese_writes_in_latin_letters_is_not_in_the_table() -> None:
    for word in ["app", "vlog", "logo", "live", "show", "fans", "email", "cosplay", "pro", "mini", "max", "plus", "ok", "high", "flag", "look", "call", "iphone"]:
        assert renderings(word) == (), word


def test_confusables_are_alike_both_ways() -> None:
    table = alternatives()
    for character, (near, less) in table.items():
        assert not set(near) & set(less)
        assert character not in near + less
        for other in near + less:
            assert character in "".join(table[other]), character + other


def test_misread_words_differ_in_one_confusable_character() -> None:
    table = alternatives()
    for wrong, right, count in rows("misread_words.tsv"):
        assert int(count) >= 0
        ((a, b),) = [(a, b) for a, b in zip(wrong, right, strict=True) if a != b]
        assert b in "".join(table[a]), wrong


def test_twins_are_alternatives_of_each_other() -> None:
    table = alternatives()
    for a, b in twins("twins_by_image"):
        assert b in table[a][0], a + b
    assert not twins("twins") & twins("twins_by_image")


def test_rare_characters_are_not_read_for_themselves_or_for_rare_ones() -> None:
    table = doubles()
    for character, alike in table.items():
        assert len(set(alike)) == len(alike)
        assert character not in alike
        assert not set(alike) & set(table), character
