// The head that every pane of the page has: its name, what it is, and its tabs.

import { avatar } from "../avatar.js";
import { h } from "../dom.js";
import { iconButton } from "../icons.js";

export function paneHead(title, { note, face, tabs } = {}) {
  return h(
    "header.pane-head",
    {},
    h(
      "div.pane-title",
      {},
      iconButton("menu", "Show channels and people", showPlaces, "to-places"),
      face,
      h("div.pane-names", {}, h("h1", { tabindex: -1 }, title), note && h("p.quiet", {}, note)),
    ),
    tabs && h("nav.tabs", { "aria-label": `Tabs of ${title}` }, tabs.map(tab)),
  );
}

// The head of both of the app's panes.
export function appHead(app, current) {
  return paneHead(app.name, { face: avatar(app.person(app.appUser)), note: "App", tabs: app.appTabs(current) });
}

export function placeIcon(channel) {
  return channel.is_private ? "lock" : "hash";
}

function tab({ label, href, isCurrent, count }) {
  return h(
    "a",
    { href, "aria-current": isCurrent ? "page" : null },
    label,
    count > 0 && [h("span.count", { "aria-hidden": "true" }, count), h("span.unseen", {}, `${count} new`)],
  );
}

function showPlaces() {
  document.dispatchEvent(new CustomEvent("places", { detail: true }));
}
