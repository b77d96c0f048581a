"""Settings and fixtures for all tests."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no failure: no example is timed
settings.register_profile("newsclean", deadline=None)
settings.load_profile("newsclean")

STANDIN = Path(__file__).parent / "standin"


@pytest.fixture
def presets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stand-ins for newsclean.presets until it exists, in this process and in those it starts."""
    if STANDIN.is_dir():
        spec = importlib.util.spec_from_file_location("standin", STANDIN / "sitecustomize.py")
        assert spec
        assert spec.loader
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
        monkeypatch.setenv("PYTHONPATH", str(STANDIN))
    yield
    if STANDIN.is_dir():
        sys.modules.pop("newsclean.presets", None)
