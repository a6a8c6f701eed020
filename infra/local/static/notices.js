// Short words at the edge of the page: new code, lost connections, acts that failed; and what screen readers are told.

import { h } from "./dom.js";

const SHOWN_FOR = 6000;

export class Notices {
  constructor() {
    this.element = h("div.notices", { role: "region", "aria-label": "Notices", popover: "manual" });
    this.spoken = h("div.spoken", { role: "status", "aria-live": "polite" });
  }

  // Shows a node for a while; not where one of the same name stands already.
  show(content, name = null) {
    if (name && this.#named(name)) return;
    const notice = h("div.notice", { "data-name": name }, content);
    this.#put(notice);
    setTimeout(() => notice.remove(), SHOWN_FOR);
  }

  // Shows a node under a name until another takes its place; nothing takes it away.
  keep(name, content) {
    this.#named(name)?.remove();
    if (content) this.#put(h("div.notice", { "data-name": name }, content));
  }

  #named(name) {
    return this.element.querySelector(`[data-name="${name}"]`);
  }

  #put(notice) {
    this.element.append(notice);
    // Shown again, it stands before a dialog that was opened since.
    this.element.togglePopover(false);
    this.element.togglePopover(true);
  }

  // Has screen readers say something.
  say(words) {
    this.spoken.append(h("p", {}, words));
    if (this.spoken.childElementCount > 5) this.spoken.firstChild.remove();
  }
}
