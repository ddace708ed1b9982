// Small helps on top of pages that work without them: nothing here is needed to do anything.
import { Button, CharacterCount, Checkboxes, ErrorSummary, Radios } from "govuk-frontend";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

for (const Part of [ErrorSummary, Radios, Checkboxes, CharacterCount, Button]) {
  for (const root of document.querySelectorAll(`[data-module="${Part.moduleName}"]`)) {
    new Part(root);
  }
}

// A whole postcode does not even leave the browser: it is cut as soon as the field is left.
const FULL_POSTCODE = /^([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}$/;

for (const field of document.querySelectorAll('input[name="typedOutcode"]')) {
  const cut = () => {
    const full = FULL_POSTCODE.exec(field.value.toUpperCase().replace(/\s+/g, ""));
    if (full) field.value = full[1];
  };
  field.addEventListener("change", cut);
  field.form.addEventListener("submit", cut);
}

// A page of something on its way looks again by itself. Only that part is put in anew, so that
// whoever goes by the keyboard stays where they are; without script a meta tag does it.
for (const part of document.querySelectorAll("[data-again]")) {
  const after = Number(part.dataset.again);
  const look = async () => {
    const answer = await fetch(location.href).catch(() => null);
    if (answer?.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.querySelector("[data-again]");
      if (!now) return location.reload();
      part.replaceChildren(...now.childNodes);
    }
    setTimeout(look, after);
  };
  setTimeout(look, after);
}

// Before a page closes because nobody is there, it says so; staying keeps what was typed.
for (const form of document.querySelectorAll("form[data-warns]")) {
  let timers = [];
  const wait = () => {
    timers.forEach(clearTimeout);
    form.hidden = true;
    const leave = () => location.assign(`/sign-in?why=over&next=${encodeURIComponent(location.pathname)}`);
    timers = [
      setTimeout(() => (form.hidden = false), Number(form.dataset.warns) * 1000),
      setTimeout(leave, Number(form.dataset.closes) * 1000 + 1000),
    ];
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.type === "opaqueredirect") wait();
    else form.submit();
  });
  wait();
}
