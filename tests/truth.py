"""The seed pages with their truth, and how an answer is held against it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from newsclean.page import Page

SEEDS = Path(__file__).parent.parent / "seeds"
NAMES = sorted(path.name.removesuffix(".gold.json") for path in SEEDS.glob("*.gold.json"))


def seed(name: str) -> tuple[str, dict[str, Any]]:
    """The text of a seed page and its truth."""
    text = (SEEDS / f"{name}.txt").read_text(encoding="utf-8")
    return text, json.loads((SEEDS / f"{name}.gold.json").read_text(encoding="utf-8"))


def labels(text: str, gold: dict[str, Any]) -> list[int]:
    """For each code point its block, -1 for layout, below for copies."""
    found = [-1] * len(text)
    for start, end, block in gold["labels"]:
        found[start:end] = [block] * (end - start)
    return found


def owners(text: str, page: Page) -> list[int | str | None]:
    """For each code point the block of the page it stands in, or the reason for which it was dropped."""
    found: list[int | str | None] = [None] * len(text)
    for k, block in enumerate(page.blocks):
        for start, end in block.source:
            found[start:end] = [k] * (end - start)
    for dropped in page.dropped:
        for start, end in dropped.source:
            found[start:end] = [dropped.reason] * (end - start)
    return found
