"""The forms of jumps: 下转第3版 where an article goes on on another page, 上接第1版 where it comes from one."""

from __future__ import annotations

import re

NUMBER = r"[A-Da-d]?\s*[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3}|头|首"
"""A page's number, as a jump or a folio gives it."""

_PAGES = rf"\s*第?\s*(?P<pages>(?:{NUMBER})(?:\s*[、,，和至—-]\s*第?(?:{NUMBER}))*)?\s*版?"

TO = re.compile(r"(?:下\s*转|转\s*入|转\s*第)" + _PAGES)
FROM = re.compile(r"(?:上\s*接|紧\s*接|承\s*接)" + _PAGES)

LENGTH = 24
"""Characters that a jump at the end of running text takes at most."""

ENDS = re.compile(r"[（(【\[]?\s*(?:下|紧)\s*转[^，。]{1,8}版\s*[）)】\]]?$")
"""A jump that ends running text; to be searched in its last :data:`LENGTH` characters."""

BEGINS = re.compile(r"[（(【\[]\s*[上紧承]\s*接[^，。）)】\]]{1,8}版?\s*[）)】\]]")
"""A jump in brackets that begins running text."""
