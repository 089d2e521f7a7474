"""The items of one large JSON array, one after another, out of a body that never stands in memory as a whole."""

from __future__ import annotations

import codecs
import json
from collections.abc import AsyncIterator

from services.funding.sources.source import Malformed

LARGEST_ITEM = 2 * 1024 * 1024
_BLANK = " \t\r\n,"


async def items_of(chunks: AsyncIterator[bytes], array: str) -> AsyncIterator[str]:
    """The text of each element of the first array under the key `array`.

    Raises Malformed when there is no such array, an element is no JSON or larger than 2 MB, or the body ends early.
    """
    decoder = json.JSONDecoder()
    text_of = codecs.getincrementaldecoder("utf-8-sig")()
    opening = f'"{array}"'
    text, place, started = "", 0, False
    async for chunk in chunks:
        try:
            text = text[place:] + text_of.decode(chunk)
        except UnicodeDecodeError:
            raise Malformed("The answer is not UTF-8", "Check that the address gives the expected document") from None
        place = 0
        if not started:
            place, started = _start(text, opening)
            if not started:
                continue
        while True:
            while place < len(text) and text[place] in _BLANK:
                place += 1
            if place < len(text) and text[place] == "]":
                return
            try:
                _, end = decoder.raw_decode(text, place)
            except (ValueError, RecursionError) as error:
                if len(text) - place > LARGEST_ITEM or isinstance(error, RecursionError):
                    raise Malformed(
                        f"An item of {array} is no JSON, nested too deep, or larger than {LARGEST_ITEM} characters",
                        "See whether the file's form was changed",
                    ) from None
                break
            if end == len(text):
                # A number or word may go on in the next chunk.
                break
            yield text[place:end]
            place = end
    raise Malformed(f"The answer ends before its list {array} does", "It is read again later")


def _start(text: str, opening: str) -> tuple[int, bool]:
    """Where the array's first element may begin; without it, from where to look on in the next chunk."""
    found = text.find(opening)
    bracket = text.find("[", found) if found >= 0 else -1
    if bracket < 0:
        return (found if found >= 0 else max(0, len(text) - len(opening))), False
    return bracket + 1, True
