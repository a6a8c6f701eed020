// The left side: who the person is, where they can go, and what is new there.

import { avatar } from "./avatar.js";
import { trouble } from "./busy.js";
import { freshId, h, show } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { placeIcon } from "./panes/pane.js";
import { openPeople } from "./people.js";

export class Sidebar {
  #links = new Map();

  constructor(app) {
    this.app = app;
    this.who = h("button.who", { type: "button", "aria-haspopup": "dialog", onclick: () => this.#choosePerson() });
    this.groups = {
      Channels: group("Channels"),
      Apps: group("Apps"),
      "Direct messages": group("Direct messages"),
      "Other views": group("Other views"),
    };
    const close = iconButton("close", "Hide channels and people", hide, "close-places");
    this.team = h("strong");
    this.element = h(
      "nav.sidebar",
      { "aria-label": "Workspace" },
      h("div.team", {}, h("div", {}, this.team, h("small", {}, "A Slack workspace, played on this machine")), close),
      this.who,
      Object.values(this.groups).map((each) => each.element),
    );
    this.element.addEventListener("click", (event) => event.target.closest("a") && hide());
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  }

  update() {
    const { app } = this;
    const me = { id: app.me, ...app.store.get("me") };
    this.team.textContent = app.team;
    this.who.replaceChildren(
      avatar(me),
      h("span", {}, h("strong", {}, me.real_name), h("small", {}, "Be somebody else")),
      icon("down"),
    );
    const channels = app.store.all("place:").filter((each) => !each.is_im);
    const others = Object.entries(app.store.get("people"))
      .filter(([id, each]) => id !== app.me && id !== app.appUser && (each.is_here || app.placeWith(id)))
      .map(([id]) => id);
    this.#fill(
      "Channels",
      channels.map((each) => this.#channel(each)),
    );
    const news = app.unreadIn(app.placeWith(app.appUser));
    // As in Slack, an app opens where there is something new.
    const inApp = app.hasHome && !news ? "#/app/home" : "#/app/messages";
    this.#fill("Apps", [this.#link(inApp, avatar(app.person(app.appUser), "tiny"), app.name, news, "#/app/")]);
    this.#fill(
      "Direct messages",
      others.map((id) => this.#person(id)),
    );
    this.#fill("Other views", [
      this.#link("#/mail", icon("mail"), "Email", app.unreadMails),
      this.#link("#/traffic", icon("activity"), "Traffic", app.unseenFailures, "#/traffic", "failed"),
    ]);
  }

  async #choosePerson() {
    try {
      await openPeople(this.app.me);
    } catch (problem) {
      this.app.notices.show(trouble(problem.message));
    }
  }

  #fill(name, links) {
    this.groups[name].element.hidden = !links.length;
    show(this.groups[name].list, links);
  }

  #channel(place) {
    return this.#link(this.app.placeAddress(place), icon(placeIcon(place)), place.name, this.app.unreadIn(place));
  }

  #person(id) {
    const person = this.app.person(id);
    return this.#link(
      `#/with/${id}`,
      avatar(person, "tiny"),
      person.real_name,
      this.app.unreadIn(this.app.placeWith(id)),
    );
  }

  // One entry of the list; `count` is what is new there, in words for those who do not see the badge.
  #link(href, face, label, count, beginning = href, what = "new") {
    const known = this.#links.get(beginning) ?? this.#newLink(beginning, face, label);
    known.link.setAttribute("href", href);
    const isCurrent = location.hash.startsWith(beginning);
    known.badge.hidden = !count;
    known.badge.textContent = count;
    known.words.textContent = count ? `${count} ${what}` : "";
    known.link.classList.toggle("unread", count > 0);
    if (isCurrent) known.link.setAttribute("aria-current", "page");
    else known.link.removeAttribute("aria-current");
    return known.item;
  }

  #newLink(key, face, label) {
    const badge = h("span.badge", { "aria-hidden": "true" });
    const words = h("span.unseen");
    const link = h("a.entry", {}, face, h("span.entry-label", {}, label, words), badge);
    const made = { item: h("li", {}, link), link, badge, words };
    this.#links.set(key, made);
    return made;
  }
}

function group(label) {
  const id = freshId("group");
  const list = h("ul", { "aria-labelledby": id });
  return { list, element: h("div.group", {}, h("p.group-label", { id }, label), list) };
}

function hide() {
  document.dispatchEvent(new CustomEvent("places", { detail: false }));
}
