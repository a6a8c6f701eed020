// A button that opens a menu. Keyboard and roles: https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/

import { freshId, h } from "./dom.js";

// Items have a label, perhaps a note, and act() when chosen.
export function menuButton(label, face, items, properties = {}) {
  const id = freshId("menu");
  const menu = h("ul.menu", { id, role: "menu", "aria-label": label, hidden: true });
  const button = h(
    "button",
    { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": id, "aria-label": label, ...properties },
    face,
  );
  const node = h("div.menu-place", {}, button, menu);
  const rows = items.map((item) => row(item, () => close(true)));
  menu.append(...rows.map((each) => h("li", { role: "none" }, each)));

  const close = (withFocus) => {
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (withFocus) button.focus();
  };
  const open = (at) => {
    menu.hidden = false;
    menu.classList.remove("upwards");
    const room = node.closest(".scroller, .dialog-body")?.getBoundingClientRect().bottom ?? innerHeight;
    menu.classList.toggle("upwards", menu.getBoundingClientRect().bottom > Math.min(room, innerHeight));
    button.setAttribute("aria-expanded", "true");
    rows.at(at)?.focus();
  };

  button.addEventListener("click", () => (menu.hidden ? open(0) : close(true)));
  node.addEventListener("focusout", (event) => node.contains(event.relatedTarget) || close(false));
  node.addEventListener("keydown", (event) => {
    const at = rows.indexOf(event.target);
    if (menu.hidden) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") open(event.key === "ArrowDown" ? 0 : -1);
      else return;
    } else if (event.key === "Escape") close(true);
    else if (event.key === "ArrowDown") rows.at((at + 1) % rows.length).focus();
    else if (event.key === "ArrowUp") rows.at(at - 1).focus();
    else if (event.key === "Home") rows[0].focus();
    else if (event.key === "End") rows.at(-1).focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return node;
}

function row({ label, note, act }, close) {
  const choose = () => {
    close();
    act();
  };
  return h("button", { type: "button", role: "menuitem", tabindex: -1, onclick: choose }, h("span", {}, label), note && h("small", {}, note));
}
