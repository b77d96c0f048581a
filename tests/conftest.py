"""Settings for all tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no failure: no example is timed. The same examples everywhere: a change alone makes a test fail
settings.register_profile("newsclean", deadline=None, derandomize=True)
settings.load_profile("newsclean")
