// The question that an app may put before an act:
// https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object

import { freshId, h } from "../dom.js";
import { plainText, textOf } from "./text.js";

// Asks, and tells whether the person confirmed.
export function confirmed(question, reader) {
  const title = freshId("question");
  const style = question.style === "danger" ? "danger" : "primary";
  const dialog = h(
    "dialog.dialog.small",
    { "aria-labelledby": title },
    h(
      "form",
      { method: "dialog" },
      h("div.dialog-head", {}, h("h2", { id: title }, plainText(question.title))),
      h("div.dialog-body", {}, h("p", {}, textOf(question.text, reader))),
      h(
        "div.dialog-foot",
        {},
        h("button.button", { value: "no" }, plainText(question.deny)),
        h(`button.button.${style}`, { value: "yes" }, plainText(question.confirm)),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
