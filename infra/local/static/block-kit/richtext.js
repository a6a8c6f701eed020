// rich_text blocks: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block

import { h, link } from "../dom.js";
import { emoji } from "./emoji.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };
const INLINE = {
  text: (element) => element.text,
  link: (element) => link(element.url, element.text || element.url),
  user: (element, reader) => reader.person(element.user_id),
  channel: (element, reader) => reader.place(element.channel_id),
  emoji: (element) => emoji(element.name),
  date: (element, reader) => reader.date(element.timestamp, element.format),
  broadcast: (element) => h("span.mention", {}, `@${element.range}`),
  usergroup: (element) => h("span.mention", {}, `@${element.usergroup_id}`),
  color: (element) => element.value,
};
const PARTS = {
  rich_text_section: (part, reader) => h("p", {}, inline(part.elements, reader)),
  rich_text_quote: (part, reader) => h("blockquote", {}, inline(part.elements, reader)),
  rich_text_preformatted: (part, reader) => h("pre", {}, inline(part.elements, reader)),
  rich_text_list: (part, reader) =>
    h(
      part.style === "ordered" ? "ol" : "ul",
      { class: `indent-${Math.min(part.indent ?? 0, 4)}`, start: part.offset ? part.offset + 1 : null },
      part.elements.map((item) => h("li", {}, inline(item.elements, reader))),
    ),
};

export function richText(block, reader) {
  return h(
    "div.rich-text",
    {},
    block.elements.map((part) => PARTS[part.type]?.(part, reader)),
  );
}

function inline(elements, reader) {
  return elements.map((element) => {
    const content = INLINE[element.type]?.(element, reader) ?? `[${element.type}]`;
    const styles = Object.keys(STYLES).filter((style) => element.style?.[style]);
    return styles.reduce((inner, style) => h(STYLES[style], {}, inner), content);
  });
}
