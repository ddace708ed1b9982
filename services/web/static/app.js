// Small helps on top of pages that work without them: nothing here is needed to do anything.
import { Button, CharacterCount, Checkboxes, ErrorSummary, Radios } from "govuk-frontend";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

for (const Part of [ErrorSummary, Radios, Checkboxes, CharacterCount, Button]) {
  for (const root of document.querySelectorAll(`[data-module="${Part.moduleName}"]`)) {
    new Part(root);
  }
}
