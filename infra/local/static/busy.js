// What is under way, and what went wrong with it, shown at the control that began it.

import { h } from "./dom.js";
import { icon } from "./icons.js";

// Marks a control as busy until its act has ended, and then shows beside it, or on the surface where it stood, what Slack
// says where it failed.
export async function whileBusy(control, act) {
  if (control.getAttribute("aria-busy") === "true") return null;
  control.setAttribute("aria-busy", "true");
  const place = control.closest(".block, .field, .composer, .dialog-foot") ?? control.parentElement;
  const surface = control.closest("section, dialog") ?? document.body;
  for (const each of [place, surface]) each.querySelector(":scope > .trouble")?.remove();
  const outcome = await act();
  control.removeAttribute("aria-busy");
  // What was drawn anew meanwhile is another place.
  const shownAt = place.isConnected ? place : surface;
  if (outcome?.failure) shownAt.append(trouble(outcome.shown ?? outcome.failure));
  if (outcome?.isOutOfReach) shownAt.lastChild.dataset.until = "answered";
  return outcome;
}

// Takes away what says that nobody answers.
export function forgetSilence() {
  for (const each of document.querySelectorAll("[data-until=answered]")) each.remove();
}

export function trouble(words) {
  return h("p.trouble", { role: "alert" }, icon("alert"), h("span", {}, words));
}
