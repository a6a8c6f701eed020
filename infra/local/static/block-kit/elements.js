// Block elements that people press or pick from, in messages, modals and App Home. Inputs of forms are in inputs.js.
//
// A `host` is the surface they stand on: use(element, block, value) tells the app, reader reads text for the person,
// directory lists people and places to pick from.

import { whileBusy } from "../busy.js";
import { h } from "../dom.js";
import { menuButton } from "../menu.js";
import { confirmed } from "./confirm.js";
import { input, isInput } from "./inputs.js";
import { plainText, textOf } from "./text.js";

const RENDERED = { button, icon_button: button, workflow_button: button, overflow, image };

// The node of an element, or null where the page does not know the type.
export function element(element, block, host) {
  if (element.type in RENDERED) return RENDERED[element.type](element, block, host);
  if (element.type === "plain_text" || element.type === "mrkdwn") return h("span", {}, textOf(element, host.reader));
  return isInput(element) ? input(element, block, host, immediate(element, block, host)) : null;
}

function button(element, block, host) {
  const properties = {
    "aria-label": element.accessibility_label,
    "data-action": `${block.block_id}/${element.action_id}/${element.value ?? ""}`,
  };
  const classes = element.style ? `.${element.style}` : "";
  const label = plainText(element.text);
  // A button with an address leads there, and the app hears of the press too.
  const isLink = element.url && /^https?:/i.test(element.url);
  const node = isLink
    ? h(`a.button${classes}`, { ...properties, href: element.url, target: "_blank", rel: "noreferrer" }, label)
    : h(`button.button${classes}`, { ...properties, type: "button" }, h("span", {}, label));
  node.addEventListener("click", async () => {
    if (!isLink && element.confirm && !(await confirmed(element.confirm, host.reader))) return;
    whileBusy(node, () => host.use(element, block, element.value ?? null));
  });
  return node;
}

function overflow(element, block, host) {
  const choose = (option) => async () => {
    if (element.confirm && !(await confirmed(element.confirm, host.reader))) return;
    if (option.url && /^https?:/i.test(option.url)) window.open(option.url, "_blank", "noreferrer");
    whileBusy(node.querySelector("button"), () => host.use(element, block, option.value));
  };
  const items = element.options.map((option) => ({ label: plainText(option.text), act: choose(option) }));
  const node = menuButton(optionsLabel(block, host), "more", `${block.block_id}/${element.action_id}/`, items);
  return node;
}

// Menus look all the same; the first line beside one says whose it is.
function optionsLabel(block, host) {
  const [about] = block.text ? h("p", {}, textOf(block.text, host.reader)).textContent.split("\n") : [];
  return about ? `More options for ${about.slice(0, 60)}` : "More options";
}

function image(element) {
  const address = element.image_url ?? element.slack_file?.url;
  const isOurs = address && new URL(address, location.href).origin === location.origin;
  // Nothing is loaded from elsewhere: another host's image is told in words.
  return isOurs
    ? h("img", { src: address, alt: element.alt_text })
    : h("span.image", { role: "img", "aria-label": element.alt_text }, element.alt_text);
}

// Outside forms the app hears of every choice at once.
function immediate(element, block, host) {
  return {
    value: host.valueOf(element, block),
    choose: async (value, node) => {
      if (element.confirm && !(await confirmed(element.confirm, host.reader))) return null;
      return whileBusy(node, () => host.use(element, block, value));
    },
  };
}
