"""The public names, and what it costs to import them."""

from __future__ import annotations

import json
import pickle
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import newsclean
from newsclean.corpus import dedupe

HEAVY = ["numpy", "regex", "opencc", "rapidfuzz", "rich", "click", "duckdb", "pyarrow", "concurrent", "multiprocessing"]


def modules_after(code: str) -> set[str]:
    """The names of all modules that a fresh interpreter has loaded after running the code."""
    code += "\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_public_names() -> None:
    assert newsclean.__all__ == [
        "Article",
        "Block",
        "Cleaned",
        "Dropped",
        "Edit",
        "Level",
        "LineBreak",
        "LinkedPages",
        "PRESETS",
        "Page",
        "Pipeline",
        "ReadError",
        "Record",
        "Repeat",
        "Step",
        "Text",
        "Trace",
        "clean",
        "convert_variants",
        "drop_duplicates",
        "explain",
        "explain_with",
        "find_repeats",
        "fix_line_breaks",
        "fix_mixed_script",
        "line_breaks",
        "link_pages",
        "normalize",
        "normalize_punctuation",
        "read_text",
        "reading_order",
        "segment_articles",
        "__version__",
    ]


def test_completion_gives_the_public_names_alone_also_when_modules_were_loaded() -> None:
    newsclean.clean("今天")
    assert {name for name in dir(newsclean) if not name.startswith("__")} == {*newsclean.__all__} - {"__version__"}


def test_help_on_a_step_tells_what_that_step_does() -> None:
    for step in (newsclean.fix_line_breaks, newsclean.drop_duplicates):
        assert step.__doc__ != newsclean.Step.__doc__
        assert step.name in str(step.__doc__)
        assert pickle.loads(pickle.dumps(step)) == step


def test_what_a_notebook_shows_of_large_things_is_one_short_line() -> None:
    page = "会议指出,今年的工作要早部署。" * 100
    preset = newsclean.PRESETS["minimal"]
    assert repr(preset) == "Pipeline(minimal: minimal, drop_duplicates, fix_line_breaks)"
    assert repr(preset.steps[-1]) == "Step(fix_line_breaks, SURE)"
    assert repr(newsclean.explain_with(newsclean.fix_line_breaks, page).trace) == "Trace(changes=0)"
    assert repr(newsclean.Text(page, "utf-8", "page.txt")) == "Text(name='page.txt', encoding='utf-8', characters=1500)"
    assert repr(dedupe([page, page])) == "Result(2 read, 1 dropped in 1 groups, 1 kept)"


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    for name in newsclean.__all__:
        value = getattr(newsclean, name)
        assert name in ("__version__", "PRESETS") or value.__doc__, name


def test_no_module_has_the_name_of_something_public() -> None:
    """Python would put the module in its place as soon as anything imports it."""
    modules = {module.name for module in pkgutil.iter_modules(newsclean.__path__)}
    assert not modules & set(newsclean.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'cleen'"):
        _ = newsclean.cleen  # type: ignore[attr-defined]


def test_import_loads_no_other_module_of_ours_and_nothing_heavy() -> None:
    bare = modules_after("import importlib, typing")
    loaded = modules_after("import newsclean") - bare
    assert {name for name in loaded if name.startswith("newsclean")} == {"newsclean"}
    assert not {name.partition(".")[0] for name in loaded} & set(HEAVY)
    assert len(loaded) <= 5, sorted(loaded)


def test_plain_data_loads_nothing_heavy() -> None:
    loaded = modules_after("import newsclean\nnewsclean.Edit, newsclean.Page, newsclean.Pipeline, newsclean.read_text")
    assert not {name.partition(".")[0] for name in loaded} & set(HEAVY)


def test_help_on_the_command_line_loads_only_the_command_line() -> None:
    loaded = modules_after("from newsclean.cli import main\nmain(['split', '--help'], standalone_mode=False)")
    assert {name for name in loaded if name.startswith("newsclean")} <= {"newsclean", "newsclean.cli"}
    assert not {name.partition(".")[0] for name in loaded} & (set(HEAVY) - {"click"})


TAKING_TEXT = ["clean", "convert_variants", "drop_duplicates", "explain", "find_repeats", "fix_line_breaks", "fix_mixed_script", "line_breaks", "normalize", "normalize_punctuation", "segment_articles"]


@pytest.mark.parametrize("name", TAKING_TEXT)
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "not NoneType"),
        (3, "not int"),
        (b"page", r"not bytes; newsclean\.read_text\(path\)\.text"),
        (Path("page.txt"), r"Path; newsclean\.read_text\(path\)\.text"),
        (newsclean.Text("今天", "utf-8", "page.txt"), r"not Text; give its \.text"),
        (["今天"], "not list; give its texts one by one"),
    ],
)
def test_what_is_no_text_is_refused_with_the_remedy(name: str, given: object, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        getattr(newsclean, name)(given)


def test_a_wrong_preset_level_or_step_is_told_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="no preset 'News'; there are newspaper, minimal, ocr"):
        newsclean.clean("今天", preset="News")
    with pytest.raises(TypeError, match=r"a name \(newspaper, minimal, ocr\), not a Pipeline"):
        newsclean.clean("今天", preset=newsclean.PRESETS["ocr"])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"Level\.GUESS, Level\.LIKELY, Level\.SURE, not 'sure'"):
        newsclean.fix_line_breaks.using(level="sure")
    with pytest.raises(TypeError, match=r"not .newspaper.; newsclean\.explain takes the name of a preset"):
        newsclean.explain_with("newspaper", "今天")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a list"):
        newsclean.link_pages(newsclean.segment_articles("今天"))  # type: ignore[arg-type]
