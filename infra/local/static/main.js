// Puts the page together: who the person is, what they follow, and which panes the address names.
//
// panes/      what stands in the middle: conversations, App Home, email, traffic
// block-kit/  blocks and views of an app as nodes, and what people do with them
// app.js      what every part needs to know; store.js keeps what stream.js tells; api.js hands over what people do

import { Announcer } from "./announcer.js";
import { ask } from "./api.js";
import { App } from "./app.js";
import { forgetSilence, trouble } from "./busy.js";
import { h, show } from "./dom.js";
import { Modal } from "./modal.js";
import { Notices } from "./notices.js";
import { appHome } from "./panes/apphome.js";
import { conversation, unopened } from "./panes/conversation.js";
import { Inbox } from "./panes/inbox.js";
import { thread } from "./panes/thread.js";
import { Traffic } from "./panes/traffic.js";
import { welcome } from "./people.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { follow } from "./stream.js";

const LOST = "The workspace does not answer. This page goes on by itself when “make run” runs again.";

class Page {
  #panes = new Map();

  constructor(app) {
    this.app = app;
    this.sidebar = new Sidebar(app);
    this.modal = new Modal(app);
    this.main = h("main", { tabindex: -1 });
    this.element = h("div.workspace", {}, this.sidebar.element, this.main);
    addEventListener("hashchange", () => this.update());
    // Another tab of the same person has read something.
    addEventListener("storage", () => this.update());
    document.addEventListener("visibilitychange", () => this.update());
    document.addEventListener("places", (event) => this.#showPlaces(event.detail));
  }

  update() {
    const opened = this.#open();
    for (const pane of this.#panes.values()) pane.update();
    for (const pane of opened) pane.opened();
    this.sidebar.update();
    this.modal.update();
    const { app } = this;
    const unread = app.store.all("place:").reduce((sum, place) => sum + app.unreadIn(place), app.unreadMails);
    document.title = `${unread ? `(${unread}) ` : ""}${app.store.get("me").real_name} · ${app.team}`;
  }

  // Opens the panes that the address names, and returns those that were not open before.
  #open() {
    const wanted = panesAt(this.app, location.hash.slice(2).split("/"));
    const before = this.#panes;
    if (wanted.length === before.size && wanted.every(([name]) => before.has(name))) return [];
    this.#panes = new Map(wanted.map(([name, make]) => [name, before.get(name) ?? make()]));
    this.#showPlaces(false);
    this.main.classList.toggle("with-thread", wanted.length > 1);
    show(this.main, ...[...this.#panes.values()].map((pane) => pane.element));
    for (const [name, pane] of before) if (!this.#panes.has(name)) pane.closed?.();
    return [...this.#panes].filter(([name]) => !before.has(name)).map(([, pane]) => pane);
  }

  #showPlaces(isShown) {
    const hadFocus = this.sidebar.element.contains(document.activeElement);
    this.element.classList.toggle("showing-places", isShown);
    if (isShown) this.sidebar.element.querySelector("button, a").focus();
    else if (hadFocus) this.main.querySelector(".to-places")?.focus();
  }
}

// The panes of an address, each with a name and how it is made. A pane has an element, update() for when something
// changed, opened() for when it comes into view, and perhaps closed() for when it went.
function panesAt(app, [kind, id, , ts]) {
  if (kind === "mail") return [["mail", () => new Inbox(app)]];
  if (kind === "traffic") return [["traffic", () => new Traffic(app)]];
  if (kind === "app" && id === "home" && app.hasHome) return [["home", () => appHome(app)]];
  const place = placeAt(app, kind, id);
  if (!place) return [["unopened", () => unopened(app, kind === "app" ? app.appUser : id)]];
  const panes = [[`conversation ${place.id}`, () => conversation(app, place)]];
  return ts ? [...panes, [`thread ${ts}`, () => thread(app, place, ts)]] : panes;
}

// The conversation that an address names: by its id, or by who it is with; the first channel where it names nothing.
function placeAt(app, kind, id) {
  if (kind === "app") return app.placeWith(app.appUser);
  if (kind === "with") return app.placeWith(id);
  return app.store.get(`place:${id}`) ?? app.store.all("place:").find((each) => !each.is_im) ?? null;
}

function start(me) {
  const notices = new Notices();
  const store = new Store();
  const app = new App(me, store, notices);
  const announcer = new Announcer(app);
  let page = null;
  let wasThere = true;
  store.listen((names) => {
    if (page === null) {
      page = new Page(app);
      document.body.replaceChildren(page.element, page.modal.element, notices.element, notices.spoken);
      announcer.knows(names);
    }
    page.update();
    announcer.announce(names);
  });
  const onState = (isThere) => {
    if (!page || isThere === wasThere) return;
    wasThere = isThere;
    notices.keep("connection", isThere ? null : trouble(LOST));
    if (isThere) forgetSilence();
  };
  addEventListener("online", forgetSilence);
  follow(me, (change) => store.take(change), onState);
}

async function begin() {
  const me = new URLSearchParams(location.search).get("as");
  const { people } = await ask("/_local/slack/people");
  if (people.some((each) => each.id === me && !each.is_bot && !each.deleted)) start(me);
  else document.body.replaceChildren(await welcome(me && `There is no ${me} in this workspace.`));
}

begin().catch((problem) => document.querySelector("main").append(trouble(`${LOST} (${problem.message})`)));
