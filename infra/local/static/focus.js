// Finds the control that had the focus again after everything around it was drawn anew.

const CONTROL = "[data-action]";

// Notes which control of a node has the focus; null where the focus is elsewhere.
export function focusIn(node) {
  const active = document.activeElement;
  if (!node.contains(active)) return null;
  const control = active.closest(CONTROL) ?? active.closest(".menu-place")?.querySelector(CONTROL) ?? null;
  return { control, at: controlsOf(node).indexOf(control) };
}

// The control that now does what that one did, with what was being typed into it.
export function sameControl(node, { control }) {
  const same = control && controlsOf(node).find((each) => each.dataset.action === control.dataset.action);
  if (same?.matches("textarea, input:not([type=checkbox], [type=radio])")) same.value = control.value;
  return same;
}

// The control that now stands in that one's place, or the last one.
export function controlInPlace(node, { at }) {
  const controls = controlsOf(node);
  return controls[Math.min(at, controls.length - 1)];
}

function controlsOf(node) {
  return [...node.querySelectorAll(CONTROL)];
}
