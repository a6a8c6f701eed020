// What the composer offers while somebody types: commands after a slash, people after an @, channels after a #.

import { h } from "../dom.js";

export class Completions {
  constructor(app, box, list) {
    this.app = app;
    this.box = box;
    this.list = list;
    this.offers = [];
    this.at = 0;
  }

  // Looks at the word before the cursor.
  look() {
    const before = this.box.value.slice(0, this.box.selectionStart);
    const word = /(?:^|\s)([@#][\w.-]*)$/.exec(before)?.[1] ?? (/^\/\S*$/.test(before) ? before : null);
    this.word = word;
    this.offers = word === null ? [] : this.#offers(word);
    this.at = 0;
    this.#draw();
    if (this.offers.length) this.app.notices.say(`${this.offers.length} to choose from, with the arrow keys`);
  }

  #offers(word) {
    const kinds = {
      "/": () => this.app.commands.map((each) => ({ text: each.name, hint: each.usage_hint, note: each.description })),
      "@": () => this.app.directory.people().map((each) => ({ text: `@${each.name}`, note: each.text.text })),
      "#": () => this.app.directory.channels().map((each) => ({ text: each.text.text, note: "" })),
    };
    const wanted = word.toLowerCase();
    const names = (each) => [each.text, `${word[0]}${each.note}`].map((name) => name.toLowerCase());
    return kinds[word[0]]().filter((each) => names(each).some((name) => name.startsWith(wanted)));
  }

  close() {
    this.offers = [];
    this.#draw();
  }

  // Tells whether the key was for the completions.
  key(event) {
    if (!this.offers.length) return false;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    const isDone = this.offers[this.at].text === this.word;
    if (event.key in moves) this.#move(moves[event.key]);
    else if ((event.key === "Tab" && !event.shiftKey) || (event.key === "Enter" && !isDone))
      this.#take(this.offers[this.at]);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    return true;
  }

  #move(by) {
    this.at = (this.at + by + this.offers.length) % this.offers.length;
    this.#draw();
  }

  #take(offer) {
    const end = this.box.selectionStart;
    const start = end - this.word.length;
    this.box.setRangeText(`${offer.text} `, start, end, "end");
    this.close();
  }

  #draw() {
    const { list, box } = this;
    list.hidden = !this.offers.length;
    list.replaceChildren(...this.offers.map((offer, index) => this.#row(offer, index)));
    if (list.hidden) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", `${list.id}-${this.at}`);
    list.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  #row(offer, index) {
    const pick = (event) => {
      event.preventDefault();
      this.#take(offer);
      this.box.dispatchEvent(new Event("input"));
    };
    return h(
      "li",
      { id: `${this.list.id}-${index}`, role: "option", "aria-selected": String(index === this.at), onmousedown: pick },
      h("strong", {}, offer.text),
      offer.hint && h("span.usage", {}, ` ${offer.hint}`),
      offer.note && h("small", {}, offer.note),
    );
  }
}
