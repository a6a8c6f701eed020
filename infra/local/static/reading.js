// What this person has read, kept in the browser: up to which message in each conversation, and which emails.

export class Reading {
  #key;
  #marks;

  constructor(person) {
    this.#key = `read:${person}`;
    this.#marks = JSON.parse(localStorage.getItem(this.#key) ?? "{}");
    // Another tab of the same person reads for this one too.
    addEventListener("storage", (event) => {
      if (event.key === this.#key) this.#marks = JSON.parse(event.newValue ?? "{}");
    });
  }

  // `mark` grows with every newer thing in a place.
  upTo(place, mark) {
    if (!(String(mark) > (this.#marks[place] ?? ""))) return;
    this.#marks[place] = String(mark);
    localStorage.setItem(this.#key, JSON.stringify(this.#marks));
  }

  isNew(place, mark) {
    return String(mark) > (this.#marks[place] ?? "");
  }
}
