// Where people type: messages, and slash commands with what the manifest says of them.

import { act } from "./api.js";
import { Completions } from "./completions.js";
import { freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { menuButton } from "./menu.js";

// `place` is what to write into: { channel, thread_ts, label }.
export function composer(app, place) {
  const listId = freshId("completions");
  const list = h("ul.completions", { id: listId, role: "listbox", "aria-label": "Completions", hidden: true });
  const box = h("textarea", {
    rows: 1,
    "aria-label": place.label,
    placeholder: place.label,
    // A textarea cannot be a combobox; a text box may complete, and lead to a list, all the same.
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
    "aria-controls": listId,
    autocomplete: "off",
    spellcheck: "false",
  });
  const hint = h("p.usage.quiet", { hidden: true });
  const send = h("button.send", { type: "submit", "aria-label": "Send", disabled: true }, icon("send"));
  const node = h("form.composer", {}, list, hint, h("div.composer-box", {}, shortcuts(app), box, send));
  const completions = new Completions(app, box, list);

  const refresh = () => {
    send.disabled = !box.value.trim();
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
    const command = usage(app, box.value);
    hint.hidden = !command;
    hint.textContent = command ? `${command.name} ${command.usage_hint}` : "";
  };
  const submit = async () => {
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    completions.close();
    refresh();
    const outcome = await typed(app, place, text);
    if (outcome.failure === "impossible") app.tell(outcome);
  };
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  box.addEventListener("input", () => {
    completions.look();
    refresh();
  });
  box.addEventListener("keydown", (event) => {
    if (completions.key(event)) return refresh();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  });
  box.addEventListener("blur", () => completions.close());
  node.write = (text) => {
    box.value = text;
    refresh();
    box.focus();
  };
  return node;
}

function typed(app, place, text) {
  const command = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
  if (!command) return act("say", { user: app.me, channel: place.channel, text, thread_ts: place.thread_ts });
  return act("command", { user: app.me, channel: place.channel, command: command[1], text: command[2], thread_ts: place.thread_ts });
}

// The command that is being typed, once its name stands there in full.
function usage(app, text) {
  return app.commands.find((each) => each.usage_hint && text.startsWith(`${each.name} `));
}

function shortcuts(app) {
  const items = app.shortcuts("global").map((each) => ({
    label: each.name,
    note: each.description,
    act: async () => app.tell(await act("shortcut", { user: app.me, callback_id: each.callback_id })),
  }));
  return items.length ? menuButton("Shortcuts", icon("bolt"), items, { class: "button icon-only" }) : null;
}
