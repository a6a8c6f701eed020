// One message as its reader sees it.

import { act } from "../api.js";
import { avatar } from "../avatar.js";
import { drawBlocks } from "../block-kit/blocks.js";
import { heldOption, heldOptions, heldValue } from "../block-kit/held.js";
import { written } from "../dates.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { menuButton } from "../menu.js";

// `replies` are null for messages that stand in the pane of their thread.
export function drawMessage(app, message, replies) {
  const author = app.author(message);
  const when = new Date(Number(message.ts) * 1000);
  const isPrivate = Boolean(message.visible_to);
  const head = h(
    "div.message-head",
    {},
    h("strong.author", {}, author.real_name),
    author.is_app && h("span.tag", {}, "App"),
    h(
      "time.quiet",
      { datetime: when.toISOString(), title: written(when, app.zone, "date_long") },
      written(when, app.zone, "time"),
    ),
  );
  return h(
    `li.message${isPrivate ? ".private" : ""}`,
    { tabindex: -1, "data-ts": message.ts },
    isPrivate && h("p.only-you", {}, icon("eye"), "Only visible to you"),
    avatar(author),
    h("div.message-main", {}, head, body(app, message), replies?.length > 0 && threadLink(app, message, replies)),
    replies && tools(app, message),
  );
}

function body(app, message) {
  const content = message.blocks?.length
    ? drawBlocks(message.blocks, messageHost(app, message))
    : h("p.words", {}, app.reader.read(message.text));
  return h("div.body", {}, content, message.edited_at && h("p.quiet.small", {}, "(edited)"));
}

function messageHost(app, message) {
  const place = { user: app.me, channel: message.channel, ts: message.ts };
  return {
    reader: app.reader,
    zone: app.zone,
    directory: app.directory,
    use: (element, { block_id }, value) => act("press", { ...place, block_id, action_id: element.action_id, value }),
    valueOf: (element) => heldValue(element, null),
    optionOf: (element) => heldOption(element, null),
    optionsOf: (element) => heldOptions(element, null),
    suggest: async () => ({ options: [] }),
  };
}

function threadLink(app, message, replies) {
  const newest = new Date(Number(replies.at(-1).ts) * 1000);
  return h(
    "a.replies",
    { href: app.threadAddress(message), "data-action": "replies" },
    icon("reply"),
    `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`,
    h("span.quiet", {}, `last at ${written(newest, app.zone, "time")}`),
  );
}

function tools(app, message) {
  if (message.visible_to) return null;
  const canReply = !app.isReadOnly(app.store.get(`place:${message.channel}`));
  const thread = {
    label: canReply ? "Reply in thread" : "Open thread",
    act: () => (location.hash = app.threadAddress(message)),
  };
  const shortcuts = app.shortcuts("message").map((each) => ({
    label: each.name,
    note: app.name,
    act: async () =>
      app.tell(
        await act("message_shortcut", {
          user: app.me,
          callback_id: each.callback_id,
          channel: message.channel,
          ts: message.ts,
        }),
      ),
  }));
  return h(
    "div.tools",
    {},
    menuButton("Message actions", "more", "tools", [thread, ...shortcuts]),
  );
}
