"""Takes the pictures of the README from a running `make up`, changing nothing there.

    make pictures

writes docs/pictures/*.png: each page as one of the cast sees it, in a real browser.
"""

import os
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from dev import browser as chromium
from dev import node
from dev.settings import Development

PICTURES = node.ROOT / "docs" / "pictures"


class Screen(NamedTuple):
    width: int
    height: int


LAPTOP, PHONE = Screen(1280, 800), Screen(390, 844)


class Shot(NamedTuple):
    """One picture: who looks, at what, on which screen."""

    name: str
    who: str
    path: str
    screen: Screen


SHOTS = (
    Shot("desk", "Cleo Marsh", "/desk", LAPTOP),
    Shot("home-on-a-phone", "Ana Costa", "/", PHONE),
)


def signed_in(browser: Browser, url: str, shot: Shot) -> Page:
    page = browser.new_page(
        viewport={"width": shot.screen.width, "height": shot.screen.height}, device_scale_factor=1
    )
    page.goto(f"{url}/sign-in")
    page.get_by_role("button", name="Go on to sign in").click()
    page.get_by_role("button", name=shot.who).click()
    page.wait_for_load_state()
    return page


def take(url: str, folder: Path) -> None:
    program = chromium.find()
    environment: dict[str, str | float | bool] = {**os.environ, **chromium.environment(program)}
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, env=environment)
        for shot in SHOTS:
            page = signed_in(browser, url, shot)
            page.goto(url + shot.path)
            page.screenshot(path=folder / f"{shot.name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    take(Development.read().url, PICTURES)
