// The modal in front of the person. Those below it wait: https://docs.slack.dev/surfaces/modals

import { act } from "./api.js";
import { plainText } from "./block-kit/text.js";
import { alike, drawFilled, drawView, viewHost } from "./block-kit/view.js";
import { whileBusy } from "./busy.js";
import { freshId, h } from "./dom.js";
import { icon, iconButton } from "./icons.js";

export class Modal {
  #view = null;
  #closing = null;
  #filling = Promise.resolve();
  // What was filled in while nobody answered, by block.
  #unsent = new Map();

  constructor(app) {
    this.app = app;
    const title = freshId("modal");
    this.title = h("h2", { id: title, tabindex: -1 });
    this.body = h("div.dialog-body");
    this.foot = h("div.dialog-foot");
    this.back = iconButton("back", "Back", () => this.#close(false));
    const close = iconButton("close", "Close", () => this.#close(true));
    const form = h(
      "form",
      { novalidate: true },
      h("div.dialog-head", {}, this.back, this.title, close),
      this.body,
      this.foot,
    );
    this.element = h("dialog.dialog", { "aria-labelledby": title }, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    // Escape closes the view in front; whether the dialog goes too is for the workspace to say. A browser may close it
    // without asking, and then `update` opens it again for the view below.
    this.element.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#close(false);
    });
    this.element.addEventListener("close", () => this.#close(false));
  }

  update() {
    const stack = this.app.store.get("modals") ?? [];
    const view = stack.at(-1) ?? null;
    const before = this.#view;
    this.#view = view;
    if (before?.id !== view?.id) this.#unsent.clear();
    if (view) this.#show(view, before, stack.length);
    else if (this.element.open) this.element.close();
  }

  #show(view, before, depth) {
    const isOther = before?.id !== view.id;
    const isNew = isOther || before.hash !== view.hash;
    if (isNew) this.#draw(view, depth);
    else drawFilled(this.body, view, before, this.#host(view));
    if (!this.element.open) this.element.showModal();
    if (isOther) this.#focusFirst();
    this.#showErrors(view.errors);
    if (isNew || !alike(before.errors, view.errors)) this.#focusFirstError();
  }

  #draw(view, depth) {
    const { content } = view;
    this.title.textContent = plainText(content.title);
    this.back.hidden = depth < 2;
    drawView(this.body, view, this.#host(view));
    const close = h(
      "button.button",
      { type: "button", onclick: () => this.#close(false) },
      plainText(content.close) || "Cancel",
    );
    const submit =
      content.submit && h("button.button.primary", { type: "submit" }, h("span", {}, plainText(content.submit)));
    this.foot.replaceChildren(close, ...(submit ? [submit] : []));
  }

  #host(view) {
    const hold = (_, block, value) => this.#fill(block.block_id, value);
    return { ...viewHost(this.app, view, "press_in_modal"), hold };
  }

  // Fields are filled in one after the other, in the order in which the person did.
  #fill(block_id, value) {
    this.#unsent.set(block_id, value);
    this.#filling = this.#filling.then(async () => {
      const outcome = await act("fill", { user: this.app.me, block_id, value });
      if (!outcome.isOutOfReach && this.#unsent.get(block_id) === value) this.#unsent.delete(block_id);
      return outcome;
    });
    return this.#filling;
  }

  // Returns how the first field went that could not be sent now either; null where all are there.
  async #sendUnsent() {
    await this.#filling;
    for (const [block_id, value] of [...this.#unsent]) {
      const outcome = await this.#fill(block_id, value);
      if (outcome.isOutOfReach) return outcome;
    }
    return null;
  }

  async #submit() {
    const button = this.foot.querySelector("[type=submit]");
    if (!button) return;
    // What is still being typed counts as changed now.
    document.activeElement?.dispatchEvent(new Event("change", { bubbles: true }));
    await whileBusy(button, async () => (await this.#sendUnsent()) ?? act("submit", { user: this.app.me }));
    if (this.element.open) this.#focusFirstError();
  }

  async #close(all) {
    if (!this.#view || this.#closing === this.#view.id) return;
    this.#closing = this.#view.id;
    await this.#filling;
    const outcome = await act("close", { user: this.app.me, all });
    this.app.tell(outcome);
    if (outcome.unsent) this.#closing = null;
  }

  #focusFirst() {
    const first =
      this.body.querySelector("[autofocus]") ?? this.body.querySelector("input, select, textarea") ?? this.title;
    first.focus();
  }

  #showErrors(errors) {
    for (const field of this.body.querySelectorAll(".field")) {
      const words = errors[field.dataset.block];
      const place = field.querySelector(".error");
      place.hidden = !words;
      place.replaceChildren(...(words ? [icon("alert"), words] : []));
      const control = field.querySelector("input, select, textarea");
      if (words) control?.setAttribute("aria-invalid", "true");
      else control?.removeAttribute("aria-invalid");
    }
  }

  #focusFirstError() {
    this.body.querySelector("[aria-invalid=true]")?.focus();
  }
}
