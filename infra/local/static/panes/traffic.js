// Every request both ways: what the workspace sent to the app, and what the app asked of the Web API.

import { ask } from "../api.js";
import { written } from "../dates.js";
import { h, show } from "../dom.js";
import { icon } from "../icons.js";
import { roving } from "../roving.js";
import { paneHead } from "./pane.js";

export class Traffic {
  #entries = [];
  #rows = new Map();
  #newest = null;

  constructor(app) {
    this.app = app;
    this.list = h("ol.traffic", { "aria-label": "Requests, newest first" });
    this.only = h("input", { type: "checkbox", onchange: () => this.#draw() });
    this.summary = h("p.quiet", { role: "status" });
    this.reach = roving(this.list, "summary", { newestFirst: true });
    const note = "Every request between the workspace and the app";
    this.head = paneHead("Traffic", { face: icon("activity"), note });
    const choice = h("label.tick", {}, this.only, h("span", {}, "Failures only"));
    const scroller = h("div.scroller.wide", {}, h("div.traffic-head", {}, this.summary, choice), this.list);
    this.element = h("section.pane", { "aria-label": "Traffic" }, this.head, scroller);
  }

  update() {
    const piece = this.app.store.get("traffic");
    this.app.markFailuresSeen();
    if (piece === this.#newest) return;
    this.#newest = piece;
    this.#ask();
  }

  opened() {
    this.head.querySelector("h1").focus({ preventScroll: true });
  }

  async #ask() {
    try {
      this.#entries = (await ask("/_local/slack/traffic")).entries;
      this.#draw();
    } catch (problem) {
      this.summary.textContent = problem.message;
    }
  }

  #draw() {
    const entries = this.#entries;
    this.#rows = new Map(entries.map((entry) => [entry.id, this.#rows.get(entry.id) ?? row(this.app, entry)]));
    const failed = entries.filter((entry) => entry.failure).length;
    this.summary.textContent = `${entries.length} requests, ${failed ? `${failed} failed` : "none failed"}`;
    const wanted = entries.filter((entry) => entry.failure || !this.only.checked);
    show(
      this.list,
      wanted.map((entry) => this.#rows.get(entry.id)),
    );
    this.reach();
  }
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
  details.addEventListener("toggle", () => show(body, exchange(entry)), { once: true });
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
    entry.remarks.length > 0 &&
      h(
        "ul.remarks",
        {},
        entry.remarks.map((each) => h("li", {}, each)),
      ),
    part(entry.way === "to_app" ? "What the workspace sent" : "What the app asked", entry.request),
    entry.answer && part("What was answered", entry.answer),
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
