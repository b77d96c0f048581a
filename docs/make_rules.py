#!/usr/bin/env python3
"""Write docs/rules.md, the page of all rules, from their own docstrings: ``python docs/make_rules.py``."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

from newsclean import rules
from newsclean.presets import CHARACTER_PRESETS
from newsclean.steps import Step

HEAD = """# Rules

Made by `python docs/make_rules.py` from the docstrings of the rules. Every step takes text and gives text; `step.edits(text)`
tells what it would do, `step.suggestions(text)` what it only thinks of, `step.using(…)` gives it other options. A preset
carries its steps out in the order of the table; levels are those below which a preset only suggests.
"""


ORDER = {step.name: k for k, step in enumerate(CHARACTER_PRESETS["newspaper"])}


def place(step: Step) -> int:
    """Where a step stands in the default preset; behind all others if it does not."""
    return ORDER.get(step.name, len(ORDER))


def steps() -> dict[str, list[Step]]:
    """The steps of each module of rules, by the module's name; in the order of the default preset, the others behind."""
    found = {}
    for module in pkgutil.iter_modules(rules.__path__):
        values = vars(importlib.import_module(f"newsclean.rules.{module.name}")).values()
        own = [v for v in values if isinstance(v, Step) and v.rule.__module__ == f"newsclean.rules.{module.name}"]
        if own:
            found[module.name] = sorted({step.name: step for step in own}.values(), key=place)
    return dict(sorted(found.items(), key=lambda item: place(item[1][0])))


def prose(docstring: str) -> str:
    """A docstring as Markdown: examples fenced, arguments as a list."""
    lines: list[str] = []
    inside = ""
    for line in docstring.splitlines():
        example = line.startswith(">>>") or (inside == "example" and bool(line))
        if example != (inside == "example"):
            lines.append("```python" if example else "```")
            inside = "example" if example else ""
        if line in ("Args:", "Raises:"):
            inside = "list"
            line = f"*{line}*\n"
        elif inside == "list" and (named := re.match(r"    (\w+): ?(.*)", line)):
            line = f"- `{named[1]}`: {named[2]}"
        elif inside == "list":
            line = line.removeprefix("      ")
        elif inside != "example":
            line = re.sub(r"(?<!`)``([^`]+)``(?!`)|:\w+:`~?([^`]+)`", lambda found: f"`{found[1] or found[2]}`", line)
        lines.append(line)
    return "\n".join([*lines, "```"] if inside == "example" else lines)


def page() -> str:
    """The whole page."""
    found = steps()
    parts = [HEAD, f"| step | kind | {' | '.join(f'`{name}`' for name in CHARACTER_PRESETS)} |\n|---|---|{'---|' * len(CHARACTER_PRESETS)}"]
    presets = [{step.name: step.level.name for step in preset} for preset in CHARACTER_PRESETS.values()]
    for step, module in sorted(((step, module) for module, own in found.items() for step in own), key=lambda row: place(row[0])):
        levels = " | ".join(preset.get(step.name, "") for preset in presets)
        parts[-1] += f"\n| [{step.name}](#{step.name}) | {module.replace('_', ' ')} | {levels} |"
    parts[-1] += "\n"
    for module, own in found.items():
        about = inspect.getdoc(importlib.import_module(f"newsclean.rules.{module}")) or ""
        parts.append(f"## {module.replace('_', ' ').capitalize()}\n\n{prose(about)}\n")
        for step in own:
            imported = f"`from newsclean.rules.{module} import {step.name}_step`"
            parts.append(f"### {step.name}\n\n{imported}\n\n{prose(inspect.getdoc(step.rule) or '')}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    (Path(__file__).parent / "rules.md").write_text(page(), encoding="utf-8")
