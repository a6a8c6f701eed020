"""`make pictures`, for mails: each kind, and the pages behind its buttons, as a Chromium shows them.

Writes a sheet of a few into docs/pictures. `python -m tests.browser.mail_pictures FOLDER` also writes one for each.
"""

import base64
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from infra.local.local_stack import CHECKOUT
from tests.support.chromium import LOCALE, chromium
from tests.support.mail_pages import every_page
from tests.support.mails import every_mail

PICTURES: Final = CHECKOUT / "docs" / "pictures"
WIDTHS: Final = (320, 800)
SCHEMES: Final = ("light", "dark")
IN_README: Final = ("assigned-320-light", "several-320-dark", "page-mark-done-320-light")
SHEET: Final = """
    body { display: flex; align-items: flex-start; gap: 24px; margin: 0; padding: 24px; background: #8fa5ab; }
    img { flex: none; border-radius: 12px; box-shadow: 0 10px 30px rgb(0 0 0 / 30%); }
"""


def take(browser: Browser, pages: Mapping[str, str]) -> Mapping[str, bytes]:
    """Picture every page in every width and colour scheme."""
    taken: dict[str, bytes] = {}
    for scheme in SCHEMES:
        for width in WIDTHS:
            context = browser.new_context(
                viewport={"width": width, "height": 480}, color_scheme=scheme, locale=LOCALE, java_script_enabled=False
            )
            page = context.new_page()
            for name, html in pages.items():
                page.set_content(html)
                taken[f"{name}-{width}-{scheme}"] = page.screenshot(full_page=True)
            context.close()
    return taken


def sheet(browser: Browser, pictures: Mapping[str, bytes], names: tuple[str, ...]) -> bytes:
    """Put some of them side by side."""
    frames = "".join(f'<img src="data:image/png;base64,{base64.b64encode(pictures[name]).decode()}">' for name in names)
    page = browser.new_page(viewport={"width": 320 * len(names) + 24 * (len(names) + 1), "height": 100})
    page.set_content(f"<!doctype html><style>{SHEET}</style>{frames}")
    shot = page.screenshot(full_page=True)
    page.close()
    return shot


def main(folder: Path | None = None) -> None:
    """Take every picture; all of them go into `folder`, if one is named."""
    pages = {name: mail.html for name, mail in every_mail().items()}
    with chromium() as browser:
        pictures = take(browser, pages | {f"page-{name}": html for name, html in every_page().items()})
        PICTURES.mkdir(parents=True, exist_ok=True)
        (PICTURES / "mails.png").write_bytes(sheet(browser, pictures, IN_README))
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, picture in pictures.items():
            (folder / f"{name}.png").write_bytes(picture)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
