"""A page used by the keyboard alone: Tab to what one wants, arrows, letters, Space and Enter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

# Once around a long page, and as far again for a task that begins at its foot.
TABS_MAX = 400
HERE = """() => {
  const here = document.activeElement;
  if (!here || here === document.body || here.id === "main") return null;
  const said = (one) => (one?.innerText || "").replace(/\\s+/g, " ").trim();
  const labels = [...(here.labels ?? [])].map(said).join(" ");
  const group = here.closest("fieldset")?.querySelector("legend");
  const row = here.closest("tr, li, section");
  return {
    kind: here.localName === "input" ? here.type : here.localName,
    name: here.getAttribute("aria-label") || labels || said(here),
    group: said(group),
    beside: said(row),
    value: here.localName === "select" ? said(here.selectedOptions[0]) : here.value ?? "",
  };
}"""
FIELDS = ("text", "textarea", "email", "search")


@dataclass(frozen=True, slots=True)
class Keys:
    """One page, used without a mouse: nothing here clicks or asks for a page by its address."""

    page: Page

    async def here(self) -> dict[str, Any]:
        """What one stands on: its kind, name, group, the words beside it, its value."""
        found: dict[str, Any] | None = await self.page.evaluate(HERE)
        assert found is not None, "one stands somewhere"
        return found

    async def to(self, name: str, *kinds: str, group: str = "", beside: str = "") -> dict[str, Any]:
        """Tab on until one stands on what is called `name`, of one of these kinds, within a group
        of that name, beside those words.
        """
        met: list[str] = []
        for _ in range(TABS_MAX):
            await self.page.keyboard.press("Tab")
            here: dict[str, Any] | None = await self.page.evaluate(HERE)
            if here is None:
                continue
            found = here["name"].startswith(name) and (not kinds or here["kind"] in kinds)
            if found and group in here["group"] and beside in here["beside"]:
                return here
            met.append(f"{here['kind']} {here['name'][:40]}")
        known = list(dict.fromkeys(met))
        raise AssertionError(f"Tab never comes to {name!r} on {self.page.url}: only to {known}")

    async def press(self, name: str, *, beside: str = "") -> None:
        """A link or a button, by Enter; it leads to a page."""
        await self.to(name, "a", "button", "submit", beside=beside)
        async with self.page.expect_navigation(wait_until="domcontentloaded"):
            await self.page.keyboard.press("Enter")

    async def open(self, name: str, *, beside: str = "") -> None:
        """What is folded away."""
        await self.to(name, "summary", beside=beside)
        await self.page.keyboard.press("Enter")

    async def tick(self, name: str, *, group: str = "") -> None:
        """A box, by Space: ticked becomes empty, empty ticked."""
        await self.to(name, "checkbox", group=group)
        await self.page.keyboard.press("Space")

    async def choose(self, group: str, name: str) -> None:
        """One of a group of radio buttons: Tab comes to the group, arrows go through it."""
        here = await self.to("", "radio", group=group)
        first = here["name"]
        if here["name"].startswith(name):
            await self.page.keyboard.press("Space")
            return
        for _ in range(TABS_MAX):
            await self.page.keyboard.press("ArrowDown")
            here = await self.here()
            if here["name"].startswith(name):
                return
            assert here["name"] != first, f"{group!r} has no {name!r}"

    async def pick(self, label: str, option: str) -> None:
        """From a list that opens, by the letters that one is called by."""
        await self.to(label, "select-one", "select")
        await self.page.keyboard.type(option)
        here = await self.here()
        assert here["value"].startswith(option), f"{label!r} says {here['value']!r}"

    async def write(self, label: str, text: str, *, group: str = "") -> None:
        """In the place of what stands there."""
        await self.to(label, *FIELDS, group=group)
        await self.page.keyboard.press("ControlOrMeta+a")
        await self.page.keyboard.type(text)

    async def date(self, group: str, day: int, month: int, year: int) -> None:
        for part, number in (("Day", day), ("Month", month), ("Year", year)):
            await self.write(part, str(number), group=group)

    async def heading(self) -> str:
        return await self.page.locator("h1").inner_text()

    async def said(self) -> str:
        """What the page says, in one line."""
        return " ".join((await self.page.locator("main").inner_text()).split())
