"""The tables of OpenCC, which come with ``opencc-python-reimplemented``: where they are, and the characters of each script.

The module of that distribution is called ``opencc``, and so are those of others, which overwrite it:
:class:`VariantsUnavailable` says so.
"""

from __future__ import annotations

import functools
import importlib.util
import re
import warnings
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

DISTRIBUTION = "opencc-python-reimplemented"
_RIVALS = ("opencc", "opencc-py")


class VariantsUnavailable(ImportError):
    """The tables of OpenCC cannot be used: the message says why, and what to do."""


def _in_codec(c: str, codec: str) -> bool:
    return len(c.encode(codec, "ignore")) > 0


@functools.cache
def only_traditional() -> re.Pattern[str]:
    """Characters that simplified text writes otherwise, and that GB 2312 has not; and 後, 菸, 麽, which it has."""
    try:
        rows = (tables() / "TSCharacters.txt").read_text(encoding="utf-8").splitlines()
        changed = "".join(row[0] for row in rows if row[0] not in row[2:].split() and row[0] <= "\uffff")
    except VariantsUnavailable:  # to be told when it comes to converting
        changed = "".join(c for c in map(chr, range(0x4E00, 0x9FA6)) if _in_codec(c, "big5"))
    return re.compile("[" + "".join(c for c in changed if not _in_codec(c, "gb2312")) + "".join(japanese()) + "後菸麽]")


@functools.cache
def simplified_characters() -> dict[str, str]:
    """For each traditional character of the basic plane the simplified one that it is written as most of the time.

    Raises:
        VariantsUnavailable: the tables are not there.

    >>> table = simplified_characters()
    >>> table["後"], table["萬"], "后" in table
    ('后', '万', False)
    """
    rows = (tables() / "TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = ((row[0], row[2:].split()[0]) for row in rows if len(row) > 2)
    return {old: new for old, new in pairs if old != new and max(old, new) <= "\uffff" and len(new) == 1}


@functools.cache
def japanese() -> dict[str, str]:
    """For characters that only Japan writes so (毎, 関), which engines read for the Chinese ones, the simplified form."""
    try:
        rows = (tables() / "JPVariants.txt").read_text(encoding="utf-8").splitlines()
        simplified = simplified_characters()
    except (VariantsUnavailable, FileNotFoundError):
        return {}
    forms = ((form, row[0]) for row in rows for form in row[2:].split() if len(form) == 1)
    pairs = ((form, simplified.get(old, old)) for form, old in forms if form not in simplified)
    return {form: new for form, new in pairs if form != new and not _in_codec(form, "gb2312")}


@functools.cache
def only_simplified() -> re.Pattern[str]:
    """Characters that GB 2312 has and Big5 has not."""
    basic = map(chr, range(0x4E00, 0x9FA6))
    return re.compile("[" + "".join(c for c in basic if _in_codec(c, "gb2312") and not _in_codec(c, "big5")) + "]")


@functools.cache
def tables() -> Path:
    """The folder of OpenCC's tables.

    Raises:
        VariantsUnavailable: there is none, or another distribution has overwritten the module.
    """
    spec = importlib.util.find_spec("opencc")
    folder = Path(spec.origin).parent / "dictionary" if spec and spec.origin else None
    rivals = [name for name in _RIVALS if _installed(name)]
    remedy = f"pip uninstall -y {' '.join(rivals)} {DISTRIBUTION} && pip install {DISTRIBUTION}"
    if not folder or not (folder / "TSCharacters.txt").is_file() or not (folder.parent / "opencc.py").is_file():
        if rivals:
            raise VariantsUnavailable(
                f"the module 'opencc' comes from {' and '.join(rivals)}, not from {DISTRIBUTION}: they share the "
                f"module's name and overwrite each other. To set it right: {remedy}"
            )
        raise VariantsUnavailable(f"{DISTRIBUTION} is not installed; to set it right: pip install {DISTRIBUTION}")
    if rivals:
        warnings.warn(
            f"{' and '.join(rivals)} and {DISTRIBUTION} are installed together; they share the module name 'opencc' and "
            f"overwrite each other's files. To set it right: {remedy}",
            stacklevel=2,
        )
    return folder


def _installed(distribution: str) -> bool:
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True
