// The blocks of a modal or of App Home, with what their inputs hold.

import { act } from "../api.js";
import { drawBlocks } from "./blocks.js";
import { heldOption, heldValue } from "./held.js";

// Draws a view into a node, anew but with the focus where it was; presses go to the act of that name.
export function drawView(app, view, node, press, more = {}) {
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.action : null;
  node.replaceChildren(...drawBlocks(view.content.blocks, viewHost(app, view, press, more)));
  if (!focused) return;
  const same = [...node.querySelectorAll("[data-action]")].find((each) => each.dataset.action === focused);
  (same ?? node.closest("dialog, section").querySelector("h1, h2")).focus();
}

function viewHost(app, view, press, more) {
  const state = (element, block) => view.values[block.block_id]?.[element.action_id] ?? null;
  return {
    reader: app.reader,
    zone: app.zone,
    directory: app.directory,
    use: (element, { block_id }, value) => act(press, { user: app.me, block_id, action_id: element.action_id, value }),
    valueOf: (element, block) => heldValue(element, state(element, block)),
    optionOf: (element, block) => heldOption(element, state(element, block)),
    suggest: (_, block, text) => act("suggest", { user: app.me, block_id: block.block_id, value: text }),
    ...more,
  };
}
