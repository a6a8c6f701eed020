// Says what came in, wherever the person is: to screen readers each message and email, on the page that new code runs.

import { plain } from "./block-kit/mrkdwn.js";
import { trouble } from "./busy.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

export class Announcer {
  #known = new Set();
  #version = 0;

  constructor(app) {
    this.app = app;
  }

  // Takes note of what was there before the page.
  knows(names) {
    for (const name of names) this.#known.add(name);
    this.#version = this.app.store.get("code").version;
  }

  announce(names) {
    for (const name of names) {
      if (name === "code") this.#announceCode();
      else if (this.#isNew(name)) this.#announceNews(name);
    }
  }

  // A message that changes is no news.
  #isNew(name) {
    if (this.#known.has(name)) return false;
    this.#known.add(name);
    return true;
  }

  #announceNews(name) {
    const { app } = this;
    const piece = app.store.get(name);
    if (name.startsWith("mail:")) app.notices.say(`Email: ${piece.subject}`);
    if (name.startsWith("message:") && piece.user !== app.me) {
      const words = plain(piece.text.replace(/<@(\w+)[^>]*>/g, (_, id) => app.person(id).real_name));
      app.notices.say(`${app.author(piece).real_name}: ${words.replace(/<[^>|]*\|?([^>]*)>/g, "$1")}`);
    }
  }

  #announceCode() {
    const { notices, store } = this.app;
    const { problem, files, version } = store.get("code");
    notices.keep("code", problem && trouble(`The saved code is not running: ${problem}`));
    // A workspace that was started again counts from nothing.
    const isNew = version > 0 && version !== this.#version;
    this.#version = version;
    if (isNew) notices.show(h("p", { role: "status" }, icon("check"), `New code is running (${files})`));
  }
}
