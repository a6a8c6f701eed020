// A list of messages that follows the workspace: new ones come in, changed ones are drawn anew, the rest stays.

import { dayName, dayOf } from "../dates.js";
import { h } from "../dom.js";
import { roving } from "../roving.js";
import { drawMessage } from "./message.js";

const NEAR_END = 120;

export class MessageList {
  #rows = new Map();
  #lastSeen = null;

  // `wanted` picks the messages; `options` go to each message as it is drawn.
  constructor(app, label, wanted, options = {}) {
    this.app = app;
    this.wanted = wanted;
    this.options = options;
    this.list = h("ol.messages", { "aria-label": label });
    this.element = h("div.scroller", {}, this.list);
    this.reach = roving(this.list, ".message");
  }

  update() {
    const messages = this.app.store
      .all("message:")
      .filter(this.wanted)
      .sort((one, other) => (one.ts < other.ts ? -1 : 1));
    const wasAtEnd = this.#isAtEnd();
    const rows = messages.map((message) => this.#row(message));
    for (const ts of [...this.#rows.keys()]) if (!messages.some((each) => each.ts === ts)) this.#rows.delete(ts);
    this.#place(this.#withDays(messages, rows));
    this.reach();
    const newest = messages.at(-1)?.ts ?? null;
    if (newest !== this.#lastSeen && wasAtEnd) this.toEnd();
    this.#lastSeen = newest;
    return messages;
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  #row(message) {
    const known = this.#rows.get(message.ts);
    const replies = this.app.repliesTo(message).length;
    if (known?.message === message && known.replies === replies) return known.row;
    const row = drawMessage(this.app, message, this.options);
    if (known) keepFocus(known.row, row);
    this.#rows.set(message.ts, { message, replies, row });
    return row;
  }

  #withDays(messages, rows) {
    const zone = this.app.zone;
    let day = null;
    return messages.flatMap((message, index) => {
      const when = new Date(Number(message.ts) * 1000);
      if (dayOf(when, zone) === day) return [rows[index]];
      day = dayOf(when, zone);
      const divider =
        this.list.querySelector(`[data-day="${day}"]`) ??
        h("li.day", { "data-day": day }, h("span", {}, dayName(when, zone)));
      return [divider, rows[index]];
    });
  }

  // Puts the nodes in order and moves none that stands right, so that what is focused stays so.
  #place(nodes) {
    const wanted = new Set(nodes);
    const left = [...this.list.children].filter((node) => !wanted.has(node));
    const lostFocus = left.some((node) => node.contains(document.activeElement));
    for (const node of left) node.remove();
    nodes.forEach((node, index) => {
      if (this.list.children[index] !== node) this.list.insertBefore(node, this.list.children[index] ?? null);
    });
    // Whoever was in a message that went stays in the list, or goes on typing.
    const pane = this.element.parentElement;
    if (lostFocus) (this.list.querySelector(".message:last-child") ?? pane.querySelector("textarea, h1")).focus();
  }
}

// A message drawn anew while it was in use keeps the focus: on the same control, or on itself where that is gone.
function keepFocus(before, after) {
  const focused = before.contains(document.activeElement) ? document.activeElement : null;
  if (!focused) return;
  const action = focused.dataset.action;
  before.replaceWith(after);
  after.tabIndex = 0;
  const same = action && [...after.querySelectorAll("[data-action]")].find((each) => each.dataset.action === action);
  (same ?? after).focus();
}
