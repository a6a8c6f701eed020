// Puts the page together: who the person is, what they follow, and which pane the address names.

import { App } from "./app.js";
import { appHome } from "./apphome.js";
import { trouble } from "./busy.js";
import { conversation, unopened } from "./conversation.js";
import { h, show } from "./dom.js";
import { icon } from "./icons.js";
import { inbox } from "./inbox.js";
import { Modal } from "./modal.js";
import { plain } from "./mrkdwn.js";
import { Notices } from "./notices.js";
import { welcome } from "./people.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { follow } from "./stream.js";
import { thread } from "./thread.js";
import { traffic } from "./traffic.js";

class Page {
  #panes = [];
  #address = null;

  constructor(app) {
    this.app = app;
    this.sidebar = new Sidebar(app);
    this.modal = new Modal(app);
    this.main = h("main", { tabindex: -1 });
    this.element = h("div.workspace", {}, this.sidebar.element, this.main);
    addEventListener("hashchange", () => this.#go());
    document.addEventListener("visibilitychange", () => this.update());
    document.addEventListener("places", (event) => this.#showPlaces(event.detail));
  }

  update() {
    this.#go();
    for (const pane of this.#panes) pane.update();
    this.sidebar.update();
    this.modal.update();
    const { app } = this;
    const unread = app.store.all("place:").reduce((sum, place) => sum + app.unreadIn(place), app.unreadMails);
    document.title = `${unread ? `(${unread}) ` : ""}${app.store.get("me").real_name} · ${app.team}`;
  }

  // Opens the panes that the address names, unless they are open.
  #go() {
    const route = location.hash.slice(2).split("/");
    const place = placeAt(this.app, route);
    // A place that comes to be while its address is open is opened then.
    const address = `${location.hash} ${place?.id}`;
    if (address === this.#address) return;
    const isFirst = this.#address === null;
    this.#address = address;
    this.#showPlaces(false);
    this.#panes = panesAt(this.app, route, place);
    this.main.className = this.#panes.length > 1 ? "with-thread" : "";
    show(this.main, this.#panes.map((pane) => pane.element));
    for (const pane of this.#panes) pane.update();
    this.sidebar.update();
    if (!isFirst || !location.hash) this.#panes.at(-1).opened();
    else for (const pane of this.#panes) pane.opened();
  }

  #showPlaces(isShown) {
    const hadFocus = this.sidebar.element.contains(document.activeElement);
    this.element.classList.toggle("showing-places", isShown);
    if (isShown) this.sidebar.element.querySelector("button, a").focus();
    else if (hadFocus) this.main.querySelector(".to-places")?.focus();
  }
}

// The conversation that an address names: by its own id, by who it is with, or the first channel where it names nothing.
function placeAt(app, [kind, id]) {
  if (kind === "app") return app.placeWith(app.appUser);
  if (kind === "with") return app.placeWith(id);
  return app.store.get(`place:${id}`) ?? app.store.all("place:").find((each) => !each.is_im) ?? null;
}

function panesAt(app, [kind, id, , ts], place) {
  if (kind === "mail") return [inbox(app, id)];
  if (kind === "traffic") return [traffic(app)];
  if (kind === "app" && id === "home" && app.hasHome) return [appHome(app)];
  if (!place) return [unopened(app, kind === "app" ? app.appUser : id)];
  const panes = [conversation(app, place)];
  return ts ? [...panes, thread(app, place, ts)] : panes;
}

// Says aloud what came in, wherever the person is.
function announceNew(app, names) {
  for (const name of names) {
    const message = name.startsWith("message:") && app.store.get(name);
    if (message && message.user !== app.me && !app.heard.has(message.ts)) {
      app.notices.say(`${app.author(message).real_name}: ${plain(message.text).replace(/<[^>|]*\|?([^>]*)>/g, "$1")}`);
    }
    if (message) app.heard.add(message.ts);
    const mail = name.startsWith("mail:") && app.store.get(name);
    if (mail && !app.heard.has(mail.id)) app.notices.say(`Email: ${mail.subject}`);
    if (mail) app.heard.add(mail.id);
  }
}

function announceCode(notices, code, isFirst) {
  if (code?.problem) {
    notices.keep("code", trouble(`The saved code is not running: ${code.problem}`));
    return;
  }
  notices.keep("code", null);
  if (code?.version && !isFirst) notices.show(h("p", {}, icon("check"), `New code is running${code.files ? ` (${code.files})` : ""}`));
}

function start(me) {
  const notices = new Notices();
  const store = new Store();
  const app = new App(me, store, notices);
  app.heard = new Set();
  let page = null;
  store.listen((names) => {
    const isFirst = page === null;
    if (isFirst) for (const name of names) app.heard.add(name.startsWith("mail:") ? store.get(name).id : name.split(":").at(-1));
    page ??= new Page(app);
    if (isFirst) document.body.replaceChildren(page.element, page.modal.element, notices.element, notices.spoken);
    page.update();
    announceNew(app, names);
    if (names.has("code")) announceCode(notices, store.get("code"), isFirst);
  });
  const lost = "The workspace does not answer. This page goes on by itself when `make run` runs again.";
  follow(
    me,
    (change) => store.take(change),
    (isThere) => page && notices.keep("connection", isThere ? null : trouble(lost)),
  );
}

async function begin() {
  const me = new URLSearchParams(location.search).get("as");
  const { people } = await (await fetch("/_local/slack/people")).json();
  if (people.some((each) => each.id === me && !each.is_bot && !each.deleted)) start(me);
  else document.body.replaceChildren(await welcome(me && `There is no ${me} in this workspace.`));
}

begin();
