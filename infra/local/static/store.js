// What the person has on their screen, by the name of each piece, as the workspace tells it.

export class Store {
  #pieces = new Map();
  #listeners = [];

  // Takes in what changed. Every changed piece is a new object; one that is the same object is the same.
  take({ set, gone, whole }) {
    const names = new Set([...Object.keys(set), ...gone, ...(whole ? this.#pieces.keys() : [])]);
    if (whole) this.#pieces.clear();
    for (const name of gone) this.#pieces.delete(name);
    for (const [name, piece] of Object.entries(set)) this.#pieces.set(name, piece);
    for (const listener of this.#listeners) listener(names);
  }

  listen(listener) {
    this.#listeners.push(listener);
  }

  get(name) {
    return this.#pieces.get(name);
  }

  // Every piece whose name begins so.
  all(beginning) {
    return [...this.#pieces].filter(([name]) => name.startsWith(beginning)).map(([, piece]) => piece);
  }
}
