// Text objects of Block Kit: https://docs.slack.dev/reference/block-kit/composition-objects/text-object

import { emoji } from "./emoji.js";

export function textOf(object, reader) {
  return object.type === "mrkdwn" ? reader.read(object.text) : [plainText(object)];
}

export function plainText(object) {
  return object?.text.replace(/:([a-z][a-z0-9_+-]*):/g, (_, name) => emoji(name)) ?? "";
}
