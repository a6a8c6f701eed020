// The blocks of a modal or of App Home, with what their inputs hold.

import { act } from "../api.js";
import { controlInPlace, focusIn, sameControl } from "../focus.js";
import { drawBlocks } from "./blocks.js";
import { heldOption, heldOptions, heldValue } from "./held.js";

// Draws a view into a node, anew but with the focus where it was.
export function drawView(node, view, host) {
  const focused = focusIn(node);
  node.replaceChildren(...drawBlocks(view.content.blocks, host));
  if (!focused) return;
  const heading = node.closest("dialog, section").querySelector("h1, h2");
  (sameControl(node, focused) ?? controlInPlace(node, focused) ?? heading).focus();
}

// Draws what was filled in since, perhaps in another tab of the same person; what is in use in this tab stays as it is.
export function drawFilled(node, view, before, host) {
  for (const block of view.content.blocks) {
    const drawn = node.querySelector(`[data-block="${CSS.escape(block.block_id)}"]`);
    const focused = focusIn(drawn);
    const isSame = alike(before.values[block.block_id], view.values[block.block_id]);
    if (isSame || (focused && document.hasFocus())) continue;
    const [other] = drawBlocks([block], host);
    drawn.replaceWith(other);
    if (focused) controlInPlace(other, focused)?.focus();
  }
}

export function alike(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

// What the elements of a view need; presses go to the act of that name.
export function viewHost(app, view, press) {
  const state = (element, block) => view.values[block.block_id]?.[element.action_id] ?? null;
  return {
    reader: app.reader,
    zone: app.zone,
    directory: app.directory,
    use: (element, { block_id }, value) => act(press, { user: app.me, block_id, action_id: element.action_id, value }),
    valueOf: (element, block) => heldValue(element, state(element, block)),
    optionOf: (element, block) => heldOption(element, state(element, block)),
    optionsOf: (element, block) => heldOptions(element, state(element, block)),
    suggest: (_, block, text) => act("suggest", { user: app.me, block_id: block.block_id, value: text }),
  };
}
