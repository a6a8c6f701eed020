// An external select: what is typed goes to the app, and the app's options are offered.
// Keyboard and roles: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

import { freshId, h } from "../dom.js";
import { plainText } from "./text.js";

const PAUSE = 200;

export function combobox(element, block, host, hold, properties) {
  const listId = freshId("options");
  const list = h("ul.options", { id: listId, role: "listbox", "aria-label": "Suggestions", hidden: true });
  const box = h("input", {
    ...properties,
    type: "text",
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": listId,
    placeholder: plainText(element.placeholder) || null,
  });
  const isOne = element.type === "external_select";
  const chosen = isOne ? host.optionOf(element, block) : null;
  box.value = chosen ? plainText(chosen.text) : "";
  const node = h("div.combobox", {}, box, list);
  const choose = (option) => hold.choose(isOne ? (option?.value ?? null) : option, box);
  listen(new Suggestions(box, list, choose, isOne), element, block, host, chosen);
  return node;
}

// An external select that takes several: those chosen stand before the box, each with a button that takes it out.
export function multiCombobox(element, block, host, hold, properties) {
  let chosen = host.optionsOf(element, block);
  const taken = h("ul.taken", { "aria-label": "Chosen" });
  const limit = element.max_selected_items ?? Infinity;
  const change = (options) => {
    chosen = options;
    hold.choose(chosen.map((each) => each.value).join(",") || null, box);
    draw();
  };
  const take = (option) => {
    const isNew = option && chosen.length < limit && !chosen.some((each) => each.value === option.value);
    if (isNew) change([...chosen, option]);
  };
  const leaveOut = (option) => {
    change(chosen.filter((each) => each !== option));
    box.focus();
  };
  const one = combobox(element, block, host, { choose: take }, properties);
  const box = one.querySelector("input");
  const draw = () => {
    taken.hidden = chosen.length === 0;
    taken.replaceChildren(
      ...chosen.map((each) => {
        const words = plainText(each.text);
        const out = { type: "button", "aria-label": `Leave out ${words}`, onclick: () => leaveOut(each) };
        return h("li", {}, h("span", {}, words), h("button.out", out, "\u00d7"));
      }),
    );
  };
  draw();
  return h("div.several", {}, taken, one);
}

function listen(suggestions, element, block, host, chosen) {
  const { box } = suggestions;
  suggestions.label = chosen ? plainText(chosen.text) : "";
  let waiting = null;
  const look = async () => {
    if (box.value.length < (element.min_query_length ?? 3)) return suggestions.close();
    const typed = box.value === suggestions.label ? "" : box.value;
    const { options, failure } = await host.suggest(element, block, typed);
    return suggestions.offer(options ?? [], failure ? "The app offers nothing right now." : "Nothing found");
  };
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  });
  box.addEventListener("click", () => suggestions.isOpen || look());
  box.addEventListener("focus", () => box.select());
  box.addEventListener("blur", () => suggestions.leave());
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && !suggestions.isOpen) look();
    suggestions.key(event);
  });
}

class Suggestions {
  // A box that does not keep what was taken is empty again, for the next one.
  constructor(box, list, choose, keeps) {
    this.keeps = keeps;
    this.box = box;
    this.list = list;
    this.choose = choose;
    this.label = "";
    this.options = [];
    this.at = -1;
  }

  get isOpen() {
    return !this.list.hidden;
  }

  offer(options, otherwise) {
    if (document.activeElement !== this.box) return;
    this.options = options;
    const rows = options.map((option, index) =>
      h(
        "li",
        { id: `${this.list.id}-${index}`, role: "option", onmousedown: (event) => this.#pick(event, index) },
        plainText(option.text),
      ),
    );
    const nothing = h("li.nothing", { role: "option", "aria-disabled": "true" }, otherwise);
    this.list.replaceChildren(...(rows.length ? rows : [nothing]));
    this.list.hidden = false;
    this.box.setAttribute("aria-expanded", "true");
    this.#move(options.length ? 0 : -1);
  }

  close() {
    this.list.hidden = true;
    this.box.setAttribute("aria-expanded", "false");
    this.box.removeAttribute("aria-activedescendant");
  }

  // Text that names no option is none: what was chosen before stands again, and an empty box chooses nothing.
  leave() {
    this.close();
    if (this.box.value === "" && this.label) this.#take(null);
    this.box.value = this.label;
  }

  key(event) {
    if (!this.isOpen) return;
    const moves = { ArrowDown: this.at + 1, ArrowUp: this.at - 1 };
    if (event.key in moves) this.#move(moves[event.key]);
    else if (event.key === "Enter" && this.at >= 0) this.#take(this.options[this.at]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #pick(event, index) {
    event.preventDefault();
    this.#take(this.options[index]);
  }

  #take(option) {
    this.label = option && this.keeps ? plainText(option.text) : "";
    this.box.value = this.label;
    this.close();
    this.choose(option);
  }

  #move(to) {
    const count = this.options.length;
    this.at = count ? (to + count) % count : -1;
    [...this.list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === this.at)));
    const row = this.list.children[this.at];
    if (this.at >= 0) this.box.setAttribute("aria-activedescendant", row.id);
    row?.scrollIntoView({ block: "nearest" });
  }
}
