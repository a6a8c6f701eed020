// Where people type: messages, and slash commands with what the manifest says of them.

import { act } from "../api.js";
import { freshId, h } from "../dom.js";
import { icon } from "../icons.js";
import { menuButton } from "../menu.js";
import { Completions } from "./completions.js";

const TALLEST = 200;

// Writes into a place: { channel, thread_ts, label }.
export class Composer {
  constructor(app, place) {
    this.app = app;
    this.place = place;
    const id = freshId("completions");
    const list = h("ul.completions", { id, role: "listbox", "aria-label": "Completions", hidden: true });
    this.box = h("textarea", {
      rows: 1,
      "aria-label": place.label,
      placeholder: place.label,
      // A textarea cannot be a combobox; a text box may complete, and lead to a list, all the same.
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-controls": id,
      autocomplete: "off",
      spellcheck: "false",
    });
    this.hint = h("p.usage.quiet", { hidden: true });
    this.send = h("button.send", { type: "submit", "aria-label": "Send", disabled: true }, icon("send"));
    const row = h("div.composer-box", {}, shortcuts(app), this.box, this.send);
    this.element = h("form.composer", {}, list, this.hint, row);
    this.completions = new Completions(app, this.box, list);
    this.#listen();
    this.#put(app.drafts.get(this.#draft) ?? "");
  }

  // Begins with typing; where there is no mouse that would bring up a keyboard, and something else has the focus.
  begin(otherwise) {
    (matchMedia("(hover: hover)").matches ? this.box : otherwise).focus({ preventScroll: true });
  }

  // Writes something for the person, for them to send.
  write(text) {
    this.#put(text);
    this.box.focus();
  }

  get #draft() {
    return `${this.place.channel} ${this.place.thread_ts ?? ""}`;
  }

  #put(text) {
    this.box.value = text;
    this.#refresh();
  }

  #listen() {
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.box.addEventListener("input", () => {
      this.completions.look();
      this.#refresh();
    });
    this.box.addEventListener("keydown", (event) => {
      if (this.completions.key(event)) this.#refresh();
      else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#submit();
      }
    });
    this.box.addEventListener("focus", () => this.#refresh());
    this.box.addEventListener("blur", () => this.completions.close());
  }

  #refresh() {
    const { app, box, hint } = this;
    app.drafts.set(this.#draft, box.value);
    this.send.disabled = !box.value.trim();
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, TALLEST)}px`;
    // How a command goes on is shown once its name stands there in full.
    const command = app.commands.find((each) => each.usage_hint && box.value.startsWith(`${each.name} `));
    hint.hidden = !command;
    hint.textContent = command ? `${command.name} ${command.usage_hint}` : "";
  }

  async #submit() {
    const text = this.box.value.trim();
    if (!text) return;
    this.#put("");
    this.completions.close();
    const outcome = await this.#sent(text);
    // What went wrong with a command, Slackbot says in the conversation.
    if (!outcome.unsent) return;
    this.app.tell(outcome);
    if (!this.box.value) this.#put(text);
  }

  #sent(text) {
    const { channel, thread_ts } = this.place;
    const place = { user: this.app.me, channel, thread_ts };
    const command = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
    return command
      ? act("command", { ...place, command: command[1], text: command[2] })
      : act("say", { ...place, text });
  }
}

function shortcuts(app) {
  const items = app.shortcuts("global").map((each) => ({
    label: each.name,
    note: each.description,
    act: async () => app.tell(await act("shortcut", { user: app.me, callback_id: each.callback_id })),
  }));
  return items.length ? menuButton("Shortcuts", "bolt", "shortcuts", items) : null;
}
