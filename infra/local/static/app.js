// What every part of the page needs to know: who the person is, what is on their screen, and where things are found.

import { Reader } from "./block-kit/mrkdwn.js";
import { trouble } from "./busy.js";
import { Reading } from "./reading.js";

export class App {
  constructor(me, store, notices) {
    this.me = me;
    this.store = store;
    this.notices = notices;
    this.reading = new Reading(me);
    // What was typed and not sent, by place.
    this.drafts = new Map();
  }

  // The app that is installed in the workspace

  get #app() {
    return this.store.get("app");
  }

  get name() {
    return this.#app.name;
  }

  get team() {
    return this.#app.team;
  }

  get appUser() {
    return this.#app.user;
  }

  get hasHome() {
    return this.#app.home_tab_enabled;
  }

  get commands() {
    return this.#app.commands;
  }

  shortcuts(type) {
    return this.#app.shortcuts.filter((each) => each.type === type);
  }

  // People and places

  get zone() {
    return this.store.get("me").tz;
  }

  get reader() {
    const place = (id) => this.store.get(`place:${id}`);
    return new Reader({ people: this.store.get("people"), places: place, zone: this.zone });
  }

  person(id) {
    return { id, ...(this.store.get("people")[id] ?? { name: id, real_name: id }) };
  }

  author(message) {
    return message.user === "USLACKBOT" ? { id: message.user, real_name: "Slackbot" } : this.person(message.user);
  }

  get directory() {
    const option = (value, text, name) => ({ value, name, text: { type: "plain_text", text } });
    const people = Object.entries(this.store.get("people"))
      .filter(([, each]) => each.is_here)
      .map(([id, each]) => option(id, each.real_name, each.name));
    const places = this.store.all("place:").map((each) => option(each.id, this.placeLabel(each), each.name));
    return {
      people: () => people,
      places: () => places,
      channels: () => places.filter((each) => each.text.text.startsWith("#")),
    };
  }

  placeLabel(place) {
    return place.is_im ? this.person(place.with).real_name : `#${place.name}`;
  }

  isAppPlace(place) {
    return place.is_im && place.with === this.appUser;
  }

  isReadOnly(place) {
    return this.isAppPlace(place) && this.#app.messages_tab_read_only;
  }

  // The conversation with somebody alone; null where there was none yet.
  placeWith(id) {
    return this.store.all("place:").find((place) => place.is_im && place.with === id) ?? null;
  }

  // Addresses inside the page

  placeAddress(place) {
    if (this.isAppPlace(place)) return "#/app/messages";
    return place.is_im ? `#/with/${place.with}` : `#/place/${place.id}`;
  }

  threadAddress(message) {
    const place = this.store.get(`place:${message.channel}`);
    return `${this.placeAddress(place)}/thread/${message.thread_ts ?? message.ts}`;
  }

  appTabs(current) {
    const tabs = [
      {
        label: "Messages",
        href: "#/app/messages",
        isCurrent: current === "messages",
        count: current === "home" ? this.unreadIn(this.placeWith(this.appUser)) : 0,
      },
    ];
    return this.hasHome ? [{ label: "Home", href: "#/app/home", isCurrent: current === "home" }, ...tabs] : tabs;
  }

  // Messages

  isReply(message) {
    return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
  }

  // The messages of a conversation with all of its threads, oldest first.
  messagesIn(place) {
    return this.store.all(`message:${place.id}:`).sort((one, other) => (one.ts < other.ts ? -1 : 1));
  }

  // What is new

  unreadIn(place) {
    if (!place) return 0;
    return this.store
      .all(`message:${place.id}:`)
      .filter((each) => each.user !== this.me && this.reading.isNew(place.id, each.ts)).length;
  }

  markRead(placeId) {
    if (document.hidden) return;
    for (const each of this.store.all(`message:${placeId}:`)) this.reading.upTo(placeId, each.ts);
  }

  isUnreadMail(mail) {
    return this.reading.isNew(`mail:${mail.id}`, 1);
  }

  markMailRead(id) {
    if (id) this.reading.upTo(`mail:${id}`, 1);
  }

  // How many requests failed since the person last looked at the traffic.
  get unseenFailures() {
    return this.store.get("traffic").failures.filter((at) => this.reading.isNew("traffic", at)).length;
  }

  markFailuresSeen() {
    if (document.hidden) return;
    for (const at of this.store.get("traffic").failures) this.reading.upTo("traffic", at);
  }

  get unreadMails() {
    return this.store.all("mail:").filter((mail) => this.isUnreadMail(mail)).length;
  }

  // Says what Slack says where an act failed that has no place of its own on the page.
  tell(outcome) {
    if (!outcome?.failure) return;
    this.notices.show(trouble(outcome.shown ?? outcome.failure), outcome.isOutOfReach ? "connection" : null);
  }
}
