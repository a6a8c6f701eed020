// A channel or a direct message: its messages, and where to type.

import { act } from "../api.js";
import { avatar } from "../avatar.js";
import { h, show } from "../dom.js";
import { icon } from "../icons.js";
import { Composer } from "./composer.js";
import { MessageList } from "./messages.js";
import { appHead, paneHead, placeIcon } from "./pane.js";

export function conversation(app, place) {
  const label = app.placeLabel(place);
  const list = new MessageList(app, place, `Messages in ${label}`, (each) => !app.isReply(each));
  const start = h("div.start");
  let invitation = null;
  list.element.prepend(start);
  const composer = app.isReadOnly(place) ? null : new Composer(app, { channel: place.id, label: `Message ${label}` });
  const head = app.isAppPlace(place) ? appHead(app, "messages") : paneHead(place.name || label, placeFacts(app, place));
  return {
    element: h("section.pane", { "aria-label": label }, head, list.element, composer?.element ?? readOnly(app)),
    update() {
      const messages = list.update();
      show(start, messages.length ? [] : (invitation ??= beginning(app, place, composer)));
      app.markRead(place.id);
    },
    opened() {
      list.toEnd();
      const heading = head.querySelector("h1");
      if (composer) composer.begin(heading);
      else heading.focus({ preventScroll: true });
    },
  };
}

function readOnly(app) {
  const words = `${app.name} does not read what is typed here. Use its buttons, or type commands in a channel.`;
  return h("p.read-only", {}, icon("lock"), words);
}

function placeFacts(app, place) {
  if (place.is_im)
    return { face: avatar(app.person(place.with)), note: "Only the two of you read this" };
  return {
    face: icon(placeIcon(place)),
    note: place.is_private ? "A private channel" : "Everybody in the workspace can read this",
  };
}

// The pane of a conversation that does not exist yet. The app's begins with its first message, a person's here.
export function unopened(app, id) {
  const { real_name: name } = app.person(id);
  const isApp = id === app.appUser;
  const words = isApp ? `What ${name} tells you comes here.` : `Opening the conversation with ${name}…`;
  const head = isApp ? appHead(app, "messages") : paneHead(name, { face: avatar(app.person(id)) });
  return {
    element: h("section.pane", { "aria-label": name }, head, h("p.quiet.waiting", {}, words)),
    update() {},
    async opened() {
      head.querySelector("h1").focus({ preventScroll: true });
      if (!isApp) app.tell(await act("direct", { user: app.me, with: id }));
    },
  };
}

// What stands in a conversation without messages: what one could type, from the hints in the manifest.
function beginning(app, place, composer) {
  if (!composer) return h("p.quiet", {}, `What ${app.name} tells you comes here.`);
  const examples = app.commands.flatMap((command) =>
    command.usage_hint
      .replace(/^\[|\]$/g, "")
      .split("|")
      .map((each) => `${command.name} ${each.trim()}`),
  );
  const put = (text) =>
    h("li", {}, h("button.example", { type: "button", onclick: () => composer.write(text) }, h("code", {}, text)));
  return h(
    "div.beginning",
    {},
    h("h2", {}, `This is the beginning of ${place.is_im ? "your messages with " : ""}${app.placeLabel(place)}`),
    examples.length > 0 && h("p", {}, "Type a command, or press one to have it written for you:"),
    h("ul", {}, examples.map(put)),
  );
}
