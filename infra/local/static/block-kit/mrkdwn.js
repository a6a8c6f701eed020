// Slack's markup as nodes, the way one reader sees it: https://docs.slack.dev/messaging/formatting-message-text

import { slackDate } from "../dates.js";
import { h, link } from "../dom.js";
import { emoji } from "./emoji.js";

// A mark counts beside no letter, and only where it hugs its words. Apps put a word joiner beside one to disarm it.
const emphasis = (mark, name) => {
  const edge = `[^\\s\u2060${mark}]`;
  return `(?<![\\w${mark}\u2060])[${mark}](?<${name}>${edge}(?:[^${mark}\\n]*${edge})?)[${mark}](?![\\w${mark}])`;
};
const PIECES = [
  "`(?<code>[^`\\n]+)`",
  "<(?<token>[^<>\\n]+)>",
  emphasis("*", "strong"),
  emphasis("_", "em"),
  emphasis("~", "s"),
  ":(?<emoji>[a-z][a-z0-9_+-]*):",
].join("|");

// Reads markup for somebody: `people` and `places` name what is mentioned, `zone` is where the reader is.
export class Reader {
  constructor({ people, places, zone }) {
    this.people = people;
    this.places = places;
    this.zone = zone;
  }

  // The nodes of a text; its line breaks stay line breaks.
  read(text) {
    return text
      .split(/```([\s\S]+?)```\n?/)
      .flatMap((part, index) => (index % 2 ? codeBlock(part) : this.#quotes(part)));
  }

  #quotes(text) {
    return text
      .split(/((?:^(?:&gt;|>).*(?:\n|$))+)/m)
      .flatMap((part, index) => (index % 2 ? this.#quote(part) : this.#inline(part)));
  }

  #quote(lines) {
    return h("blockquote", {}, this.#inline(lines.replace(/^(?:&gt;|>) ?/gm, "").trimEnd()));
  }

  #inline(text) {
    const nodes = [];
    let end = 0;
    for (const match of text.matchAll(new RegExp(PIECES, "g"))) {
      nodes.push(plain(text.slice(end, match.index)), this.#piece(match.groups));
      end = match.index + match[0].length;
    }
    nodes.push(plain(text.slice(end)));
    return nodes.filter((node) => node !== "");
  }

  #piece(groups) {
    if (groups.code) return h("code", {}, plain(groups.code));
    if (groups.token) return this.#token(groups.token);
    if (groups.emoji) return emoji(groups.emoji);
    const [tag, inner] = Object.entries(groups).find(([, value]) => value !== undefined);
    return h(tag, {}, this.#inline(inner));
  }

  #token(token) {
    const [target, ...rest] = token.split("|");
    const label = plain(rest.join("|"));
    if (target.startsWith("@")) return this.person(target.slice(1), label);
    if (target.startsWith("#")) return this.place(target.slice(1), label);
    if (target.startsWith("!date^")) return this.#date(target, label);
    if (target.startsWith("!")) return h("span.mention", {}, `@${target.slice(1).split("^")[0]}`);
    return link(plain(target), label || plain(target));
  }

  person(id, otherwise = "") {
    return h("span.mention", {}, `@${this.people[id]?.real_name || otherwise || id}`);
  }

  place(id, otherwise = "") {
    return h("span.mention", {}, `#${otherwise || this.places(id)?.name || id}`);
  }

  #date(target, fallback) {
    const [, seconds, form, address] = target.split("^");
    if (!/^\d{1,10}$/.test(seconds) || !form) return fallback;
    const time = this.date(Number(seconds), plain(form));
    return address ? link(address, time) : time;
  }

  date(seconds, form) {
    return h("time", { datetime: new Date(seconds * 1000).toISOString() }, slackDate(form, seconds, this.zone));
  }
}

function codeBlock(text) {
  return h("pre", {}, plain(text.replace(/^\n/, "")));
}

// Text with its three escapes taken back. https://docs.slack.dev/messaging/formatting-message-text#escaping
export function plain(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
