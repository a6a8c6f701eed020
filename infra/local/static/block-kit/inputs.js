// Elements that hold a value: https://docs.slack.dev/reference/block-kit/block-elements
//
// A `hold` is what they hold: `value` at first, and choose(value, node) when the person changed it. Values are what the
// workspace takes for each type: text, an id, the value of an option, several of them separated by commas, or seconds.

import { fromLocalInput, toLocalInput, zoneName } from "../dates.js";
import { h } from "../dom.js";
import { combobox, multiCombobox } from "./combobox.js";
import { plainText } from "./text.js";

const TYPED = {
  plain_text_input: { type: "text" },
  rich_text_input: { type: "text" },
  email_text_input: { type: "email", autocomplete: "off" },
  url_text_input: { type: "url", autocomplete: "off" },
  number_input: { type: "text", inputmode: "decimal" },
  datepicker: { type: "date" },
  timepicker: { type: "time" },
};
const LISTED = {
  static_select: (element) => element,
  users_select: (_, host) => ({ options: host.directory.people() }),
  conversations_select: (_, host) => ({ options: host.directory.places() }),
  channels_select: (_, host) => ({ options: host.directory.channels() }),
};
const TICKED = {
  checkboxes: (element) => element,
  multi_static_select: (element) => element,
  multi_users_select: LISTED.users_select,
  multi_conversations_select: LISTED.conversations_select,
  multi_channels_select: LISTED.channels_select,
};

export function isInput(element) {
  const kinds = { ...TYPED, ...LISTED, ...TICKED, radio_buttons: 1, datetimepicker: 1, external_select: 1, multi_external_select: 1 };
  return element.type in kinds;
}

// The input of a form, named by its label; `host` keeps its value until the form is submitted.
export function formInput(element, block, host, names) {
  if (!isInput(element)) return null;
  const hold = {
    value: host.valueOf(element, block),
    choose: (value, node) => host.hold(element, block, value, node),
  };
  return input(element, block, host, hold, {
    id: names.id,
    required: !block.optional,
    "aria-describedby": [names.error, names.hint].filter(Boolean).join(" "),
  });
}

export function input(element, block, host, hold, properties = {}) {
  const named = properties.id
    ? properties
    : { ...properties, "aria-label": plainText(element.placeholder) || element.action_id };
  const given = {
    ...named,
    "data-action": `${block.block_id}/${element.action_id}/`,
    autofocus: element.focus_on_load,
  };
  if (element.type in LISTED) return select(LISTED[element.type](element, host), element, hold, given);
  if (element.type in TICKED) return ticks("checkbox", TICKED[element.type](element, host), hold, given);
  if (element.type === "radio_buttons") return ticks("radio", element, hold, given);
  if (element.type === "datetimepicker") return instant(host.zone, hold, given);
  if (element.type === "external_select") return combobox(element, block, host, hold, given);
  if (element.type === "multi_external_select") return multiCombobox(element, block, host, hold, given);
  return typed(element, hold, given);
}

function typed(element, hold, properties) {
  const isLong = element.multiline || element.type === "rich_text_input";
  const node = h(isLong ? "textarea" : "input", {
    ...TYPED[element.type],
    ...(isLong ? { rows: 4, type: null } : {}),
    ...properties,
    placeholder: plainText(element.placeholder) || null,
    maxlength: element.max_length,
    value: hold.value ?? "",
    onchange: () => hold.choose(node.value || null, node),
  });
  // Browsers show no placeholder where a day or a time is picked.
  const isNameless = ["date", "time"].includes(node.type) && node.placeholder && !properties.id;
  return isNameless ? h("label.picker", {}, h("span", { "aria-hidden": "true" }, node.placeholder), node) : node;
}

function select({ options, option_groups: groups = [] }, element, hold, properties) {
  const option = (each) => h("option", { value: each.value }, plainText(each.text));
  const node = h(
    "select",
    { ...properties, onchange: () => hold.choose(node.value || null, node) },
    // Slack's menus begin empty; here that is an option of its own.
    h("option", { value: "" }, plainText(element.placeholder) || "Choose an option"),
    (options ?? []).map(option),
    groups.map((group) => h("optgroup", { label: plainText(group.label) }, group.options.map(option))),
  );
  node.value = hold.value ?? "";
  return node;
}

function ticks(type, { options, option_groups: groups = [] }, hold, properties) {
  const all = [...(options ?? []), ...groups.flatMap((group) => group.options)];
  const chosen = hold.value?.split(",") ?? [];
  const { "data-action": action, ...named } = properties;
  const name = properties.id ?? action;
  const boxes = all.map((each) =>
    h("input", {
      type,
      name,
      value: each.value,
      checked: chosen.includes(each.value),
      "data-action": `${action}${each.value}`,
      onchange: () => choose(),
    }),
  );
  const node = h(
    "fieldset.ticks",
    { ...named, required: null, autofocus: null },
    all.map((each, index) =>
      h(
        "label.tick",
        {},
        boxes[index],
        h("span", {}, plainText(each.text)),
        each.description && h("small", {}, plainText(each.description)),
      ),
    ),
  );
  const choose = () =>
    hold.choose(
      boxes
        .filter((box) => box.checked)
        .map((box) => box.value)
        .join(",") || null,
      node,
    );
  return node;
}

function instant(zone, hold, properties) {
  const node = h("input", {
    ...properties,
    type: "datetime-local",
    title: `${zoneName(zone)} time`,
    value: hold.value ? toLocalInput(Number(hold.value), zone) : "",
    onchange: () => {
      const seconds = fromLocalInput(node.value, zone);
      hold.choose(seconds === null ? null : String(seconds), node);
    },
  });
  return node;
}
