// The thread of a message, beside its conversation.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { Composer } from "./composer.js";
import { MessageList } from "./messages.js";

export function thread(app, place, ts) {
  const belongs = (each) => each.ts === ts || each.thread_ts === ts;
  const list = new MessageList(app, place, "Messages of the thread", belongs, { isThread: true });
  const close = h("a.button.icon-only", { href: app.placeAddress(place), "aria-label": "Close thread" }, icon("close"));
  const replies = { channel: place.id, thread_ts: ts, label: "Reply in the thread" };
  const composer = app.isReadOnly(place) ? null : new Composer(app, replies);
  const title = h("h2", { tabindex: -1 }, "Thread");
  const names = h("div.pane-names", {}, title, h("p.quiet", {}, app.placeLabel(place)));
  return {
    element: h(
      "aside.thread",
      { "aria-label": "Thread" },
      h("header.pane-head", {}, h("div.pane-title", {}, names, close)),
      list.element,
      composer?.element,
    ),
    update: () => list.update(),
    opened() {
      list.toEnd();
      if (composer) composer.begin(title);
      else title.focus();
    },
    // Whoever closes a thread is at its message again.
    closed: () => document.querySelector(`.pane .message[data-ts="${CSS.escape(ts)}"]`)?.focus(),
  };
}
