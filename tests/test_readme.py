"""The README and the guides say what is so: their examples run, their two commands are two, their links lead somewhere."""

from __future__ import annotations

import doctest
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SEED = ROOT / "seeds" / "000_a5be2ab77f3884b8.txt"
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "docs/guide.md", "docs/recipes.md"]


@pytest.mark.parametrize("name", ["README.md", "docs/guide.md", "docs/recipes.md"])
def test_examples_run(name: str) -> None:
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed, tried = doctest.testfile(str(ROOT / name), module_relative=False, optionflags=flags, encoding="utf-8")
    assert tried
    assert not failed


def commands() -> list[str]:
    section = README.split("## Two commands")[1].split("\n## ")[0]
    return re.findall(r"```sh\n(.*?)\n```", section, re.DOTALL)


def test_a_fresh_machine_needs_exactly_two_commands() -> None:
    main_job, tests = commands()
    assert re.fullmatch(r"python3 -m venv \.venv && .* newsclean split seeds/.*", main_job.replace(".venv/bin/", " "))
    assert "\n" not in main_job + tests
    assert tests.startswith("python3 -m venv .venv && ")
    assert "-m pytest" in tests


def test_the_integration_script_calls_the_test_command_of_the_readme() -> None:
    grep = shutil.which("grep")
    if not grep:
        pytest.skip("no grep here")
    pattern = re.search(r"grep -m 1 '(.*)' README.md", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert pattern
    found = subprocess.run([grep, "-m", "1", pattern[1], str(ROOT / "README.md")], capture_output=True, check=True)
    assert found.stdout.decode().strip() == commands()[1]


def pieces(block: str) -> list[str]:
    """The passages of an excerpt, without its marks of omission and its remarks."""
    lines = (line.split("   ")[0].strip() for line in block.splitlines())
    return [piece for line in lines for piece in re.split("(?<!…)…(?!…)", line.replace("［……］", "")) if piece]


def test_the_page_before_is_the_page() -> None:
    before, _ = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    text = SEED.read_text(encoding="utf-8")
    for piece in pieces(before):
        assert piece in text, piece


def test_the_page_after_is_what_the_main_job_writes() -> None:
    _, after = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    command = [sys.executable, "-m", "newsclean", *commands()[0].split("newsclean ")[-1].split()]
    written = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for piece in pieces(after):
        assert piece in written, piece
    assert "戴好口［……］" in written


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    path = ROOT / name
    for link in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert link.startswith("https://") or (path.parent / link).exists(), link


def test_the_page_of_rules_is_that_of_their_docstrings() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_rules.py"))["page"]()
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == made, "run: python docs/make_rules.py"
