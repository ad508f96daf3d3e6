"""What is measured at a page in a browser: axe-core, and what axe-core does not see."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPT = str(Axe().axe_script)
"""axe-core, to be run in every page before its own scripts."""
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe-core that depend on colours: a page in dark differs from itself in light in nothing else."""
TARGET = 24
"""CSS pixels that what can be pressed is high and wide at least, links inside of text apart (WCAG 2.2, 2.5.8)."""
SMALLEST = 14.0
"""Pixels below which no text is set; up to 18 it is what style.css means to be smaller: hints, amounts, code."""
_SMALLER = ".hint, .hint *, .amount, .amount *, .asks, .unseen, .heard, .fact, .fact *, code, code *, dt, dt *, svg *"
_MEASURE = """(smaller) => {
  const seen = (it) => it.checkVisibility({visibilityProperty: true});
  const named = (it) => it.outerHTML.slice(0, 120);
  const headings = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(seen).map((it) => Number(it.tagName[1]));
  const fields = [...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter(seen);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = [];
  while (texts.nextNode()) {
    const it = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !seen(it)) continue;
    const size = parseFloat(getComputedStyle(it).fontSize);
    if (size < 14 || (size < 18 && !it.matches(smaller))) small.push(size + ' ' + named(it));
  }
  return {
    language: document.documentElement.lang, title: document.title, headings,
    unlabelled: fields.filter((it) => !it.labels.length && !it.ariaLabel).map(named), small,
    moving: document.getAnimations().length,
    twice: [...document.querySelectorAll('[id]')].map((it) => it.id).filter((id, at, all) => all.indexOf(id) !== at),
    nowhere: [...document.querySelectorAll('main a[href^="#"]')].filter((it) => it.hash.length > 1
      && !document.getElementById(decodeURIComponent(it.hash.slice(1)))).map(named),
  };
}"""
_WIDE = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return [];
  return [...document.querySelectorAll('body *')].filter((it) => it.getBoundingClientRect().right
    > document.documentElement.clientWidth + 1 && !it.closest('.wide') && !it.matches('.heard')).slice(0, 5).map(
    (it) => it.outerHTML.slice(0, 160)).concat(['wider by ' + wide]);
}"""
_CUT = """() => [...document.querySelectorAll('body *')].filter((it) => {
  const style = getComputedStyle(it);
  return it.clientWidth > 1 && !it.matches('input, textarea')
    && /hidden|clip/.test(style.overflowX + style.overflowY) && !it.closest('svg')
    && (it.scrollWidth > it.clientWidth + 1 || it.scrollHeight > it.clientHeight + 1);
}).map((it) => it.outerHTML.slice(0, 160))"""
_SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }'
    + 'p { margin-bottom: 2em !important }');
  document.adoptedStyleSheets = [sheet];
}"""
_FOCUS = """() => {
  const reached = 'a[href], button, input:not([type=hidden]), textarea, select, summary, [tabindex="0"]';
  const all = [...document.querySelectorAll(reached)]
    .filter((it) => it.checkVisibility() && !it.disabled && it.tabIndex >= 0);
  return all.filter((it) => {
    it.focus();
    const style = getComputedStyle(it);
    const ring = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none';
    const box = it.getBoundingClientRect();
    return document.activeElement !== it || !ring || box.right <= 0 || box.width < 1;
  }).map((it) => it.outerHTML.slice(0, 160));
}"""
_SMALL_TARGETS = """(least) => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), summary')]
  .filter((it) => it.checkVisibility() && !it.closest('.heard') && it.tabIndex >= 0).filter((it) => {
    const box = it.getBoundingClientRect();
    return getComputedStyle(it).display !== 'inline' && (box.height < least || box.width < least);
  }).map((it) => it.outerHTML.slice(0, 160))"""


def violations(page: Page, *, colours_alone: bool = False, but_colours: bool = False) -> list[str]:
    """What axe-core finds wrong at a page as it is shown now; colours are three quarters of its time."""
    only: dict[str, Any] = {"type": "rule", "values": COLOURS} if colours_alone else {"type": "tag", "values": TAGS}
    left_out = {name: {"enabled": False} for name in COLOURS} if but_colours else {}
    found = page.evaluate(
        "(wish) => axe.run({...wish, resultTypes: ['violations']}).then((all) => all.violations)",
        {"runOnly": only, "rules": left_out},
    )
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]} {node.get('failureSummary', '')[:400]}"
        for one in found
        for node in one["nodes"][:3]
    ]


def measured(page: Page) -> dict[str, Any]:
    """Language, title, headings, fields without label, small text, animations, ids given twice, links to nowhere."""
    return dict(page.evaluate(_MEASURE, _SMALLER))


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    return list(page.evaluate(_WIDE))


def cut_off(page: Page) -> list[str]:
    """Elements whose text is cut off."""
    return list(page.evaluate(_CUT))


def space_out(page: Page) -> None:
    """Set the text as far apart as a reader may (WCAG 2.1, 1.4.12)."""
    page.evaluate(_SPACED)


def without_focus_ring(page: Page) -> list[str]:
    """What the keyboard reaches without anybody seeing it."""
    page.keyboard.press("Tab")
    return list(page.evaluate(_FOCUS))


def small_targets(page: Page) -> list[str]:
    """What is too small to be pressed with a finger."""
    return list(page.evaluate(_SMALL_TARGETS, TARGET))
