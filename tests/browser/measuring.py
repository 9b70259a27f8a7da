"""Looking at a page as a reader's eye and finger do; sizes in CSS pixels."""

from __future__ import annotations

from typing import TypedDict

from playwright.sync_api import Page

# A link in the middle of a sentence is as high as its line (WCAG 2.5.8 excepts it); the file
# chooser's own button lies inside its field.
_MEASURE = """() => {
  const name = (one) => one.tagName + '.' + one.className + ' ' +
    (one.innerText || one.value || '').trim().slice(0, 20);
  const seen = (one) => one.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const texts = [], targets = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !seen(holder)) continue;
    if (['SCRIPT', 'STYLE', 'NOSCRIPT', 'OPTION'].includes(holder.tagName)) continue;
    const style = getComputedStyle(holder), size = parseFloat(style.fontSize);
    texts.push({name: name(holder), size, leading: parseFloat(style.lineHeight) / size});
  }
  const pressed = 'a[href], button, summary, select, input:not([type=hidden]), .choice';
  for (const one of document.querySelectorAll(pressed)) {
    if (!seen(one)) continue;
    const inSentence = getComputedStyle(one).display === 'inline' &&
      one.parentElement.innerText.trim() !== one.innerText.trim();
    const box = one.getBoundingClientRect();
    if (!inSentence) targets.push({name: name(one), width: box.width, height: box.height});
  }
  return {texts, targets};
}"""

_OPEN_ALL = "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"


class Text(TypedDict):
    """A piece of text: its size, and its line height as a multiple of it."""

    name: str
    size: float
    leading: float


class Target(TypedDict):
    """Something to press."""

    name: str
    width: float
    height: float


class Sizes(TypedDict):
    """Everything on a page that is read or pressed."""

    texts: list[Text]
    targets: list[Target]


def sizes(page: Page) -> Sizes:
    """Measure all that is shown."""
    measured: Sizes = page.evaluate(_MEASURE)
    return measured


def open_all(page: Page) -> None:
    """Unfold everything that can be unfolded."""
    page.evaluate(_OPEN_ALL)


def overflow(page: Page, *, width: int) -> int:
    """Tell by how many pixels the page is wider than a screen of this width."""
    page.set_viewport_size({"width": width, "height": 780})
    wider: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wider
