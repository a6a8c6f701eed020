// Every request both ways: what the workspace sent to the app, and what the app asked of the Web API.

import { ask } from "../api.js";
import { written } from "../dates.js";
import { h, show } from "../dom.js";
import { icon } from "../icons.js";
import { roving } from "../roving.js";
import { paneHead } from "./pane.js";

export function traffic(app) {
  const list = h("ol.traffic", { "aria-label": "Requests, newest first" });
  const only = h("input", { type: "checkbox", onchange: () => draw() });
  const summary = h("p.quiet", { role: "status" });
  const head = paneHead("Traffic", { face: icon("activity"), note: "Every request between the workspace and the app" });
  const scroller = h(
    "div.scroller.wide",
    {},
    h("div.traffic-head", {}, summary, h("label.tick", {}, only, h("span", {}, "Failures only"))),
    list,
  );
  const reach = roving(list, "summary", { newestFirst: true });
  let entries = [];
  let rows = new Map();
  let newest = null;

  const draw = () => {
    rows = new Map(entries.map((entry) => [entry.number, rows.get(entry.number) ?? row(app, entry)]));
    const failed = entries.filter((entry) => entry.failure).length;
    summary.textContent = `${entries.length} requests, ${failed ? `${failed} failed` : "none failed"}`;
    show(
      list,
      entries.filter((entry) => entry.failure || !only.checked).map((entry) => rows.get(entry.number)),
    );
    reach();
  };
  const refresh = async () => {
    try {
      entries = (await ask("/_local/slack/traffic")).entries;
      draw();
    } catch (problem) {
      summary.textContent = problem.message;
    }
  };
  return {
    element: h("section.pane", { "aria-label": "Traffic" }, head, scroller),
    update() {
      const piece = app.store.get("traffic");
      if (piece === newest) return;
      newest = piece;
      refresh();
    },
    opened: () => head.querySelector("h1").focus({ preventScroll: true }),
  };
}

function row(app, entry) {
  const when = new Date(entry.at);
  const toApp = entry.way === "to_app";
  const body = h("div.exchange");
  const details = h(
    "details",
    {},
    h(
      `summary${entry.failure ? ".failed" : ""}`,
      {},
      h("time", { datetime: entry.at }, written(when, app.zone, "time_secs")),
      h("span.way", {}, toApp ? "→ app" : "← app"),
      h("code.what", {}, entry.what),
      h("span.by.quiet", {}, entry.user ? app.person(entry.user).real_name : ""),
      h("span.verdict", {}, entry.failure ? [icon("alert"), entry.failure] : [icon("check"), String(entry.status)]),
      h("span.took.quiet", {}, `${Math.round(entry.ms)} ms`),
    ),
    body,
  );
  // Long requests are written out only for those who look.
  details.addEventListener("toggle", () => body.childNodes.length || body.append(...exchange(entry)), { once: true });
  return h("li", {}, details);
}

function exchange(entry) {
  const part = (name, value) =>
    h(
      "figure",
      {},
      h("figcaption", {}, name),
      h("pre", { tabindex: 0, role: "group", "aria-label": name }, asText(value)),
    );
  return [
    ...(entry.remarks.length
      ? [
          h(
            "ul.remarks",
            {},
            entry.remarks.map((each) => h("li", {}, each)),
          ),
        ]
      : []),
    part(entry.way === "to_app" ? "What the workspace sent" : "What the app asked", entry.request),
    ...(entry.answer ? [part("What was answered", entry.answer)] : []),
  ];
}

function asText(value) {
  if (typeof value !== "string") return JSON.stringify(value, null, 2);
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
