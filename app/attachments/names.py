"""Names of files as people may read, link and save them."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 100
UNNAMED = "附件"
_UNFIT = re.compile(r'[<>:"/\\|?*%#]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # Cf: marks that turn the reading direction


def sanitised(name: str, extension: str) -> str:
    """Give the name a file is kept under: no path, nothing unseen, at most 100 characters.

    The ending is the one of its content.
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = unicodedata.normalize("NFC", last)
    seen = "".join(sign for sign in plain if unicodedata.category(sign) not in _UNSEEN)
    stem, dot, ending = seen.rpartition(".")
    if not dot or len(ending) > 5:
        stem = seen
    stem = " ".join(_UNFIT.sub("_", stem).split()).strip(". ")
    if not any(unicodedata.category(sign)[0] in "LNS" for sign in stem):
        stem = UNNAMED
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return f"{stem[: LONGEST - len(extension) - 1].rstrip('. ')}.{extension}"
