// A button that opens a menu. Keyboard and roles: https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/

import { freshId, h } from "./dom.js";
import { icon } from "./icons.js";

// The button shows a picture and stands for an action. Items have a label, perhaps a note, and act() when chosen.
export function menuButton(label, picture, action, items) {
  return new Menu(label, picture, action, items).element;
}

class Menu {
  constructor(label, picture, action, items) {
    const id = freshId("menu");
    this.rows = items.map((item) => row(item, () => this.#close(true)));
    this.list = h(
      "ul.menu",
      { id, role: "menu", "aria-label": label, hidden: true },
      this.rows.map((each) => h("li", { role: "none" }, each)),
    );
    const roles = { "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": id, "aria-label": label };
    this.button = h("button.button.icon-only", { type: "button", "data-action": action, ...roles }, icon(picture));
    this.element = h("div.menu-place", {}, this.button, this.list);
    this.button.addEventListener("click", () => (this.list.hidden ? this.#open(0) : this.#close(true)));
    this.element.addEventListener("focusout", (event) => {
      if (!this.element.contains(event.relatedTarget)) this.#close(false);
    });
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  #open(at) {
    this.list.hidden = false;
    this.list.classList.remove("upwards");
    const room = this.element.closest(".scroller, .dialog-body")?.getBoundingClientRect().bottom ?? innerHeight;
    this.list.classList.toggle("upwards", this.list.getBoundingClientRect().bottom > Math.min(room, innerHeight));
    this.button.setAttribute("aria-expanded", "true");
    this.rows.at(at)?.focus();
  }

  #close(withFocus) {
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    if (withFocus) this.button.focus();
  }

  #key(event) {
    const { rows } = this;
    const at = rows.indexOf(event.target);
    const closed = { ArrowDown: () => this.#open(0), ArrowUp: () => this.#open(-1) };
    const open = {
      Escape: () => this.#close(true),
      ArrowDown: () => rows.at((at + 1) % rows.length).focus(),
      ArrowUp: () => rows.at(at - 1).focus(),
      Home: () => rows[0].focus(),
      End: () => rows.at(-1).focus(),
    };
    const act = (this.list.hidden ? closed : open)[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}

function row({ label, note, act }, close) {
  const choose = () => {
    close();
    act();
  };
  const content = [h("span", {}, label), note && h("small", {}, note)];
  return h("button", { type: "button", role: "menuitem", tabindex: -1, onclick: choose }, content);
}
