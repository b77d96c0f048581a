"""Every table of cases under ``cases/``: what is repaired, what stays, and what is known to fail.

``cases/<module>/<step>.toml`` holds the cases of the step ``<step>_step`` of ``newsclean.rules.<module>``;
``cases/normalize/<preset>.toml`` those of a whole preset. A case without ``after`` must not change, by its own step
nor by the whole default preset.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from newsclean.characters import character_pipeline, normalize
from newsclean.edits import apply_edits, invert
from newsclean.presets import NEWSPAPER_CHARACTERS
from newsclean.repeats import drop_duplicates
from newsclean.rules.occasions import screen
from newsclean.steps import Pipeline, Step

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

OWN_RUNNER = {"bylines", "titles"}  # tables of another form, run by the tests of their module
TABLES = sorted(t for t in (Path(__file__).parent / "cases").glob("*/*.toml") if t.parent.name not in OWN_RUNNER)


def load(table: Path) -> list[Any]:
    """The cases of a table, each with the table's own name and its label as id."""
    rows = tomllib.loads(table.read_text(encoding="utf-8"))["case"]
    return [
        pytest.param(
            table,
            row,
            id=f"{table.parent.name}/{table.stem}: {row['label']}",
            marks=[pytest.mark.xfail(strict=True)] if row.get("expect") == "fail" else [],
        )
        for row in rows
    ]


def step_of(table: Path) -> Step | Pipeline:
    """The step, or the preset's pipeline, that a table is about."""
    if table.parent.name == "normalize":
        return character_pipeline(table.stem)
    if table.parent.name == "repeats":
        return drop_duplicates
    step = getattr(importlib.import_module(f"newsclean.rules.{table.parent.name}"), f"{table.stem}_step")
    assert isinstance(step, Step)
    return step


@pytest.mark.parametrize(("table", "case"), [param for table in TABLES for param in load(table)])
def test_case(table: Path, case: dict[str, Any]) -> None:
    step, before = step_of(table), case["before"]
    after = case.get("after", before)
    edits = step.edits(before)
    if edits and step in NEWSPAPER_CHARACTERS:
        assert step.name in screen()(before) or step.name not in screen().names
    assert apply_edits(before, edits) == after
    assert step(before) == after
    assert step(after) == after  # settled
    assert apply_edits(after, invert(before, edits)) == before  # nothing lost
    if "edits" in case:
        assert [[e.start, e.end, e.new] for e in edits] == case["edits"]
    if "after" not in case:
        assert normalize(before) == before


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.parent.name}/{table.stem}")
def test_a_table_names_each_case_once(table: Path) -> None:
    labels = [param.values[1]["label"] for param in load(table)]
    assert len(labels) == len(set(labels))
