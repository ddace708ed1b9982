"""Pages used by the keyboard alone: Tab comes to every control, and one sees where one is."""

from __future__ import annotations

import pytest

from tests.pages import DESK, PHONE, SignIn

pytestmark = pytest.mark.asyncio(loop_scope="session")

# What is on the screen and can be used; of a group of radio buttons Tab comes to one.
USABLE = """() => {
  const shown = (one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled;
  const kinds = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const all = [...document.querySelectorAll(kinds)].filter(shown);
  const groups = all.filter((one) => one.type === "radio").map((one) => one.form.action + one.name);
  return all.filter((one) => one.type !== "radio").length + new Set(groups).size;
}"""
HERE = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  window.been ??= [];
  const again = window.been.includes(here);
  if (!again) window.been.push(here);
  const ringed = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
    || style.boxShadow !== "none";
  // A box to tick and a radio button lie below a drawn one that belongs to their label.
  const drawn = here.nextElementSibling && getComputedStyle(here.nextElementSibling, "::before");
  const seen = ringed(getComputedStyle(here)) || Boolean(drawn && ringed(drawn));
  return {again, seen, what: `${here.tagName} ${here.innerText || here.name || ""}`.slice(0, 40)};
}"""


@pytest.mark.parametrize(
    ("subject", "screen", "path"),
    [
        ("cleo", DESK, "/desk"),
        ("cleo", DESK, "/runs/what-if"),
        ("cleo", DESK, "/lending/new"),
        ("cleo", DESK, "/runs/weights/mentor"),
        ("adi", DESK, "/people"),
        ("adi", DESK, "/charges/rules/new"),
        ("omar", DESK, "/mailing-list"),
        ("omar", DESK, "/groups/new"),
        ("fern", PHONE, "/"),
        ("ana", PHONE, "/events"),
        ("ana", PHONE, "/settings"),
        ("ana", PHONE, "/whats-on/mail"),
    ],
)
async def test_tab_comes_to_every_control_and_shows_where_it_is(
    sign_in: SignIn, subject: str, screen: tuple[int, int], path: str
) -> None:
    page = await sign_in(subject, screen=screen)
    await page.goto(path)
    usable: int = await page.evaluate(USABLE)

    met = []
    await page.keyboard.press("Tab")
    while (here := await page.evaluate(HERE)) and not here["again"]:
        met.append(here)
        await page.keyboard.press("Tab")

    assert [here["what"] for here in met if not here["seen"]] == []
    assert len(met) == usable
