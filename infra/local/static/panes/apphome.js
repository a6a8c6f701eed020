// App Home: what the app published for this person.

import { act } from "../api.js";
import { drawView, viewHost } from "../block-kit/view.js";
import { trouble } from "../busy.js";
import { h, show } from "../dom.js";
import { appHead } from "./pane.js";

export function appHome(app) {
  const content = h("div.home-view");
  const scroller = h("div.scroller.home", {}, content);
  const head = appHead(app, "home");
  let drawn = null;
  let isHeld = false;
  const pane = {
    element: h("section.pane", { "aria-label": `Home of ${app.name}` }, head, scroller),
    update() {
      const view = app.store.get("home");
      if (isHeld) return;
      if (drawn !== null && view === drawn) return;
      drawn = view;
      if (!view) show(content, h("p.quiet.waiting", { role: "status" }, `${app.name} is preparing your home…`));
      else drawView(content, view, viewHost(app, view, "press_at_home"));
    },
    async opened() {
      head.querySelector("h1").focus({ preventScroll: true });
      const outcome = await act("home", { user: app.me });
      if (outcome.failure && !app.store.get("home")) show(content, trouble(outcome.shown ?? outcome.failure));
    },
  };
  // What is drawn anew between press and release loses the click, so that waits until the click has come.
  const release = () =>
    setTimeout(() => {
      isHeld = false;
      pane.update();
    });
  content.addEventListener("pointerdown", () => {
    isHeld = true;
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, release, { once: true });
  });
  return pane;
}
