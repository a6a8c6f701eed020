// A list of messages that follows the workspace: new ones come in, changed ones are drawn anew, the rest stays.

import { dayName, dayOf } from "../dates.js";
import { h, show } from "../dom.js";
import { focusIn, sameControl } from "../focus.js";
import { icon } from "../icons.js";
import { roving } from "../roving.js";
import { drawMessage } from "./message.js";

const NEAR_END = 120;
const SAME_BREATH = 5 * 60;

export class MessageList {
  #rows = new Map();
  #newest = null;
  #isAtEnd = true;

  // `wanted` picks messages of the place; `isThread` says that they are one thread.
  constructor(app, place, label, wanted, { isThread = false } = {}) {
    this.app = app;
    this.place = place;
    this.wanted = wanted;
    this.isThread = isThread;
    this.list = h("ol.messages", { "aria-label": label });
    this.toNewest = h(
      "button.button.to-newest",
      { type: "button", hidden: true, onclick: () => this.#goToNewest() },
      icon("down"),
      "New messages",
    );
    this.element = h("div.scroller", {}, this.list, this.toNewest);
    this.element.addEventListener("scroll", () => this.#scrolled());
    // Messages come and change, the composer grows as one types, a keyboard comes up.
    const sizes = new ResizeObserver(() => this.#isAtEnd && this.toEnd());
    for (const each of [this.element, this.list]) sizes.observe(each);
    this.reach = roving(this.list, ".message");
  }

  // Returns the messages that are shown.
  update() {
    const all = this.app.messagesIn(this.place);
    const messages = all.filter(this.wanted);
    const replies = this.isThread ? null : Map.groupBy(all, (each) => each.thread_ts);
    const rows = messages.map((message) => this.#row(message, replies?.get(message.ts)));
    this.#rows = new Map(messages.map((message, index) => [message.ts, rows[index]]));
    this.#arrange(this.#withDays(messages, rows));
    this.reach();
    this.#follow(messages.at(-1));
    return messages;
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (this.#isAtEnd) this.toNewest.hidden = true;
  }

  // Shows what the person wrote or asked for; says that something else came where they do not see it.
  #follow(newest) {
    const isNew = newest && newest.ts > (this.#newest ?? newest.ts);
    this.#newest = newest?.ts ?? null;
    const isMine = newest?.user === this.app.me || newest?.visible_to;
    if (isNew && isMine) this.toEnd();
    else if (isNew && !this.#isAtEnd) this.toNewest.hidden = false;
  }

  #goToNewest() {
    this.toEnd();
    this.toNewest.hidden = true;
    this.list.querySelector(".message:last-child").focus({ preventScroll: true });
  }

  #row(message, replies = []) {
    const known = this.#rows.get(message.ts);
    if (known?.message === message && known.replies === replies.length) return known;
    const node = drawMessage(this.app, message, this.isThread ? null : replies);
    if (known) keepFocus(known.node, node);
    return { message, replies: replies.length, node };
  }

  // The rows with a line before each new day. What somebody writes in one breath has their name once.
  #withDays(messages, rows) {
    const { zone } = this.app;
    let day = null;
    return rows.flatMap(({ message, node }, index) => {
      const when = new Date(Number(message.ts) * 1000);
      const isSameDay = dayOf(when, zone) === day;
      node.classList.toggle("follow-up", isSameDay && isFollowUp(messages[index - 1], message));
      if (isSameDay) return [node];
      day = dayOf(when, zone);
      const divider =
        this.list.querySelector(`[data-day="${day}"]`) ??
        h("li.day", { "data-day": day }, h("span", {}, dayName(when, zone)));
      return [divider, node];
    });
  }

  // Whoever was in a message that went stays in the list, or goes on typing.
  #arrange(nodes) {
    const hadFocus = this.list.contains(document.activeElement);
    show(this.list, nodes);
    if (!hadFocus || this.list.contains(document.activeElement)) return;
    const pane = this.element.parentElement;
    (this.list.querySelector(".message:last-child") ?? pane.querySelector("textarea, h1")).focus();
  }
}

function isFollowUp(before, message) {
  return (
    before.user === message.user &&
    before.visible_to === message.visible_to &&
    Number(message.ts) - Number(before.ts) < SAME_BREATH
  );
}

// A message drawn anew while it was in use keeps the focus: on the same control, or on itself where that is gone.
function keepFocus(before, after) {
  const focused = focusIn(before);
  if (!focused) return;
  before.replaceWith(after);
  after.tabIndex = 0;
  (sameControl(after, focused) ?? after).focus();
}
