"""Stands in for newsclean.presets until it exists: to be removed with the fixture that uses it."""

import importlib.util
import re
import sys
import types


def _install() -> None:
    if "newsclean.presets" in sys.modules or importlib.util.find_spec("newsclean") is None:
        return
    if importlib.util.find_spec("newsclean.presets") is not None:
        return
    from newsclean.cleaned import explain_with
    from newsclean.edits import Edit, Level
    from newsclean.page import Article, Block, Page
    from newsclean.steps import Pipeline, Step

    def commas(text):
        for found in re.finditer(r"(?<=[\u4e00-\u9fff]),(?=[\u4e00-\u9fff])", text):
            yield Edit(found.start(), found.end(), "，", "punctuation", Level.SURE, "between Chinese characters")

    def colons(text):
        for found in re.finditer(r"(?<=[\u4e00-\u9fff]):", text):
            yield Edit(found.start(), found.end(), "：", "punctuation", Level.GUESS, "perhaps")

    module = types.ModuleType("newsclean.presets")
    preset = Pipeline("newspaper", (Step("commas", commas), Step("colons", colons)))
    module.PRESETS = dict.fromkeys(("newspaper", "minimal", "ocr"), preset)

    def segment_articles(text, preset="newspaper", id=None):
        blocks = tuple(
            Block("paragraph", module.clean(m[0]), (m.span(),), 0) for m in re.finditer(r"\S(?:.*\S)?", text)
        )
        articles = (Article(blocks=tuple(range(len(blocks)))),) if blocks else ()
        return Page(blocks, articles, id=id)

    module.clean = lambda text, preset="newspaper": module.PRESETS[preset](text)
    module.normalize = module.fix_line_breaks = module.drop_duplicates = module.clean
    module.normalize_punctuation = module.fix_mixed_script = module.clean
    module.explain = lambda text, preset="newspaper": explain_with(module.PRESETS[preset], text)
    module.segment_articles = segment_articles
    sys.modules["newsclean.presets"] = module


_install()
