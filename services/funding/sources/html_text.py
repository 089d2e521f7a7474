"""HTML from outside as a tree, or as the plain text a person would read."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.funding.sources.source import Malformed

MAX_OPEN_TAGS = 1_500
_TAG = re.compile(r"<(?P<closing>/?)(?P<name>[a-zA-Z][\w-]*)[^<>]*?(?P<empty>/?)>")
_BEGINS, _ENDS = re.compile(r"<html[\s>]", re.IGNORECASE), re.compile(r"</html\s*>", re.IGNORECASE)
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_BLOCKS = "p, div, li, h1, h2, h3, h4, h5, h6, tr, br, ul, ol, table, section"


def tree(html: str) -> LexborHTMLParser:
    """The document as a tree. Raises Malformed when it nests so deep that building the tree would not end."""
    if _unclosed(html) > MAX_OPEN_TAGS:
        raise Malformed(
            f"The page keeps more than {MAX_OPEN_TAGS} tags open at once",
            "Check that the address gives the expected page",
        )
    return LexborHTMLParser(html)


def whole_page(html: str, url: str) -> LexborHTMLParser:
    """A page as a tree. Raises Malformed for one that breaks off: half a list would pass for a short one."""
    if _BEGINS.search(html) and not _ENDS.search(html):
        raise Malformed(f"{url} breaks off before its end", "It is fetched again at the next run")
    return tree(html)


def plain_text(html: str) -> str:
    """The words of an HTML fragment, one line per block, without scripts and styles."""
    body = tree(html).body
    return words_of(body) if body else ""


def words_of(node: LexborNode, *, headings: str = "", mark: str = "") -> str:
    """The words of a node, one line per block; each node that `headings` selects is a line that opens with `mark`.

    The node is changed: scripts go, block ends become line ends.
    """
    for unseen in node.css("script, style, template, noscript"):
        unseen.decompose()
    for block in node.css(_BLOCKS):
        block.insert_after("\n")
        block.insert_before("\n")
    for heading in node.css(headings) if headings else ():
        heading.insert_before(f"\n{mark}")
        heading.insert_after("\n")
    lines = (" ".join(line.split()) for line in node.text().splitlines())
    return "\n".join(line for line in lines if line)


def _unclosed(html: str) -> int:
    """The most tags open at once, counting every tag that is never closed."""
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        if tag["closing"]:
            depth = max(0, depth - 1)
        elif not tag["empty"] and tag["name"].lower() not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest
