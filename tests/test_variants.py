"""Conversion of whole texts, the two packages that do it, and the clash of their names."""

from __future__ import annotations

import importlib
import pickle

import pytest

from newsclean import normalize
from newsclean.rules import opencc_tables, variants
from newsclean.rules.variants import convert_variants, convert_variants_step, to_simplified, to_traditional

PAIRS = [
    ("市政府召开会议，部署疫情防控工作。", "市政府召開會議，部署疫情防控工作。"),
    ("头发乾燥的后果", "頭髮乾燥的後果"),
    ("随着经济发展，群众生活水平显著提高。", "隨着經濟發展，羣衆生活水平顯著提高。"),
    ("社区干部在村里为群众放电影", "社區幹部在村裏爲羣衆放電影"),
]


@pytest.mark.parametrize(("simplified", "traditional"), PAIRS[:1] + PAIRS[2:])
def test_there_and_back(simplified: str, traditional: str) -> None:
    assert to_traditional(simplified) == traditional
    assert to_simplified(traditional) == simplified


def test_regions_write_and_speak_in_their_own_way() -> None:
    assert convert_variants("群众里面", to="taiwan") == "群眾裡面"
    assert convert_variants("鼠标和软件", to="taiwan words") == "滑鼠和軟體"
    assert convert_variants("滑鼠和軟體", to="mainland words") == "鼠标和软件"
    with pytest.raises(ValueError, match="no variant 'klingon'; known: simplified"):
        convert_variants("群众", to="klingon")  # type: ignore[arg-type]


def test_what_is_of_that_kind_already_stays() -> None:
    for simplified, traditional in PAIRS:
        assert to_traditional(to_traditional(simplified)) == to_traditional(simplified)
        assert to_simplified(to_simplified(traditional)) == to_simplified(traditional)
    assert to_simplified("乾隆年间的著名瞭望塔") == "乾隆年间的著名瞭望塔"


def test_line_ends_and_layout_stay() -> None:
    assert to_simplified("　　會議\r\n\r\n記者 張婷\n") == "　　会议\r\n\r\n记者 张婷\n"


def test_clean_simplified_text_does_not_touch_the_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(config: str) -> None:
        raise AssertionError(config)

    monkeypatch.setattr(variants, "conversion", fail)
    assert variants.stray_variants_step("全市物资保障充足，著名作家到访。") == "全市物资保障充足，著名作家到访。"


def test_another_distribution_of_the_module_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    opencc_tables.tables.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(opencc_tables, "_installed", lambda name: name == "opencc")
    with pytest.raises(variants.VariantsUnavailable, match="pip uninstall -y opencc opencc-python-reimplemented &&"):
        opencc_tables.tables()
    monkeypatch.setattr(opencc_tables, "_installed", lambda name: False)
    with pytest.raises(variants.VariantsUnavailable, match="is not installed; to set it right: pip install"):
        opencc_tables.tables()
    monkeypatch.undo()
    monkeypatch.setattr(opencc_tables, "_installed", lambda name: name == "opencc-py")
    with pytest.warns(UserWarning, match="opencc-py and opencc-python-reimplemented are installed together"):
        opencc_tables.tables()
    opencc_tables.tables.cache_clear()


def test_both_packages_give_the_same_answers() -> None:
    fast = pytest.importorskip("opencc_pyo3").OpenCC
    slow = importlib.import_module("opencc").OpenCC
    assert fast
    for simplified, traditional in PAIRS:
        for config in ("t2s", "s2t", "s2tw", "s2hk", "tw2sp", "s2twp"):
            text = simplified if config.startswith("s") else traditional
            assert variants.conversion(config)(text) == slow(config).convert(text), config


def test_the_step_pickles_with_its_options() -> None:
    step = pickle.loads(pickle.dumps(convert_variants_step.using(to="taiwan")))
    assert step("发展") == "發展"


@pytest.mark.parametrize(
    "text",
    [
        "隨着疫情緩和，稅務局宣佈延長報稅期限，市民無須親身前往辦理。",
        "住户須於限期內交回問卷，違者將被罰款，當局稱問卷資料絕對保密。",
        "天文台預測，未來數日氣温顯著下降，市民應穿着足夠衣物禦寒。",
    ],
)
def test_forms_of_hong_kong_are_not_taken_for_simplified_ones(text: str) -> None:
    assert variants.stray_variants_step(text) == text


def test_simplified_characters_in_a_traditional_page_are_found_nevertheless() -> None:
    assert variants.stray_variants_step("随着疫情緩和，稅務局宣佈延長報稅期限，市民無須親身前往办理。").startswith("隨着")


@pytest.mark.parametrize("text", ["堅持創新驅動發展，著力擴大有效需求。", "推動雙邊關係朝著正確方向邁進。", "股價急跌，散戶拋售手中持股。"])
def test_the_forms_of_one_script_are_not_taken_for_misreadings(text: str) -> None:
    assert normalize(text) == text
