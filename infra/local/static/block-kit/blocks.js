// Blocks as nodes: https://docs.slack.dev/reference/block-kit/blocks. A type that is not drawn here shows as its JSON.

import { freshId, h } from "../dom.js";
import { chart } from "./chart.js";
import { element } from "./elements.js";
import { formInput } from "./inputs.js";
import { richText } from "./richtext.js";
import { plainText, textOf } from "./text.js";

const row = (tag) => (block, host) =>
  h(
    tag,
    {},
    block.elements.map((each) => drawn(each, block, host)),
  );
const DRAWN = {
  actions: row("div.actions"),
  context: row("div.context"),
  data_visualization: (block) => chart(block),
  divider: () => h("hr"),
  header: (block) => h("h2.heading", {}, plainText(block.text)),
  image: (block, host) =>
    h("figure", {}, drawn(block, block, host), block.title && h("figcaption", {}, plainText(block.title))),
  input: (block, host) => field(block, host),
  rich_text: (block, host) => richText(block, host.reader),
  section: (block, host) =>
    h(
      "div.section",
      {},
      h(
        "div.words",
        {},
        block.text && h("p", {}, textOf(block.text, host.reader)),
        block.fields &&
          h(
            "div.fields",
            {},
            block.fields.map((each) => h("p", {}, textOf(each, host.reader))),
          ),
      ),
      block.accessory && drawn(block.accessory, block, host),
    ),
};

export function drawBlocks(blocks, host) {
  return blocks.map((block) => {
    const node = block.type in DRAWN ? DRAWN[block.type](block, host) : asJson(block);
    node.classList.add("block");
    node.dataset.block = block.block_id;
    return node;
  });
}

function drawn(part, block, host) {
  // An image block has the fields of an image element.
  return element(part, block, host) ?? asJson(part);
}

// A labelled input of a form, with its hint, and room for what is wrong with it.
function field(block, host) {
  const id = freshId("field");
  const names = { id, hint: block.hint && `${id}-hint`, error: `${id}-error` };
  const control = formInput(block.element, block, host, names) ?? asJson(block.element);
  const label = [plainText(block.label), block.optional && h("span.optional", {}, " (optional)")];
  const isGroup = control.matches("fieldset");
  if (isGroup) control.prepend(h("legend", {}, label));
  return h(
    "div.field",
    {},
    !isGroup && h("label", { for: id }, label),
    control,
    h("p.error", { id: names.error, hidden: true }),
    block.hint && h("p.hint", { id: names.hint }, plainText(block.hint)),
  );
}

function asJson(value) {
  const label = `${value.type}, which is not drawn here`;
  return h("pre.json", { tabindex: 0, role: "group", "aria-label": label }, JSON.stringify(value, null, 2));
}
