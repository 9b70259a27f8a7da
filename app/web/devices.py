"""What a session was begun with: the family of the browser and nothing that tells people apart."""

from __future__ import annotations

FAMILIES = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge 浏览器"),
    ("Firefox", "火狐浏览器"),
    ("Chrome", "Chrome 浏览器"),
    ("Safari", "Safari 浏览器"),
)


def family(user_agent: str) -> str:
    """Name the family of a browser, or say that a program was used."""
    for mark, name in FAMILIES:
        if mark in user_agent:
            return name
    return "其他浏览器" if "Mozilla" in user_agent else "程序"
