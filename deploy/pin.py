"""Writes an image's digest into the production overlay: `python -m deploy.pin funding sha256:...`.

The image is one of ours (`funding`, `operate`) or of others (`nats`, `mongo`); only the file of its own part changes.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

OVERLAY = Path(__file__).parent / "k8s" / "overlays" / "production"
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
UNPINNED = f"sha256:{'0' * 64}"


def pin(image: str, digest: str, name: str = "", overlay: Path = OVERLAY) -> Path:
    """The file that was changed. Raises ValueError for a digest that is none, LookupError for an unknown image."""
    if not DIGEST.fullmatch(digest):
        raise ValueError(f"{digest!r} is no digest; one looks like sha256: and 64 hexadecimal digits")
    for file in sorted(overlay.glob("*/kustomization.yaml")):
        text = file.read_text("utf-8")
        entry = re.search(rf"  - name: (?:cinnabar/|[a-z]+/)?{re.escape(image)}\n(?:    .*\n)*", text)
        if entry:
            changed = re.sub(r"digest: \S+", f"digest: {digest}", entry[0])
            if name:
                changed = re.sub(r"newName: \S+", f"newName: {name}", changed)
            file.write_text(text.replace(entry[0], changed), "utf-8")
            return file
    raise LookupError(f"no image {image!r} in {overlay}")


def unpinned(overlay: Path = OVERLAY) -> list[str]:
    """The images that still wait for their digest."""
    texts = [file.read_text("utf-8") for file in sorted(overlay.glob("*/kustomization.yaml"))]
    return [
        name
        for text in texts
        for name in re.findall(rf"- name: (\S+)\n(?:    newName: .*\n)?    digest: {UNPINNED}", text)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", nargs="?")
    parser.add_argument("digest", nargs="?")
    parser.add_argument("--name", default="", help="where it is, such as registry.example/cinnabar/funding")
    asked = parser.parse_args()
    if asked.image and asked.digest:
        try:
            sys.stdout.write(f"{pin(asked.image, asked.digest, asked.name)}\n")
        except (ValueError, LookupError) as error:
            sys.stderr.write(f"cinnabar: {error}\n")
            return 1
    left = unpinned()
    if left:
        sys.stdout.write(f"without a digest yet: {', '.join(left)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
