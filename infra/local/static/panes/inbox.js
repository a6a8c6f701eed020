// The person's email: what arrived, as a mail client shows it, and the plain text beside it.

import { dayName, written } from "../dates.js";
import { h, show } from "../dom.js";
import { icon } from "../icons.js";
import { roving } from "../roving.js";
import { paneHead } from "./pane.js";

export class Inbox {
  #rows = new Map();
  #shown;

  constructor(app) {
    this.app = app;
    this.list = h("ul.mails", { "aria-label": "Emails, newest first" });
    this.reader = h("div.mail");
    this.head = paneHead("Email", { face: icon("mail"), note: app.store.get("me").email });
    const columns = h("div.mail-columns", {}, this.list, this.reader);
    this.element = h("section.pane.inbox", { "aria-label": "Email" }, this.head, columns);
    this.reach = roving(this.list, ".mail-row", { newestFirst: true });
  }

  update() {
    const { app } = this;
    const mails = app.store.all("mail:").sort((one, other) => other.at - one.at);
    for (const mail of mails) if (!this.#rows.has(mail.id)) this.#rows.set(mail.id, row(app, mail));
    const rows = mails.map((mail) => this.#rows.get(mail.id));
    show(this.list, rows);
    this.reach();
    const open = mails.find((mail) => location.hash === address(mail));
    app.markMailRead(open?.id);
    mails.forEach((mail, index) => mark(rows[index], mail === open, app.isUnreadMail(mail)));
    this.#read(open, mails.length);
  }

  opened() {
    if (!this.#shown) this.head.querySelector("h1").focus({ preventScroll: true });
  }

  #read(mail, count) {
    this.element.classList.toggle("reading", Boolean(mail));
    if (mail && mail.id === this.#shown) return;
    this.#shown = mail?.id;
    const nothing = count ? "Choose an email to read it." : "No email has come yet.";
    show(this.reader, mail ? letter(this.app, mail) : h("p.quiet.waiting", {}, nothing));
    this.reader.querySelector("h2")?.focus({ preventScroll: true });
  }
}

function address(mail) {
  return `#/mail/${mail.id}`;
}

function mark(row, isOpen, isUnread) {
  row.querySelector("a").ariaCurrent = isOpen ? "true" : null;
  row.querySelector(".unread-word").hidden = !isUnread;
  row.classList.toggle("unread", isUnread);
}

function row(app, mail) {
  const when = new Date(mail.at * 1000);
  return h(
    "li",
    {},
    h(
      "a.mail-row",
      { href: address(mail) },
      h("span.mail-from", {}, h("span.unseen.unread-word", {}, "Unread, "), mail.from),
      h("time.quiet", { datetime: when.toISOString() }, shortTime(when, app.zone)),
      h("span.mail-subject", {}, mail.subject),
      h("span.mail-start.quiet", {}, mail.text.replace(/\s+/g, " ").slice(0, 90)),
    ),
  );
}

function shortTime(when, zone) {
  return dayName(when, zone) === "Today" ? written(when, zone, "time") : written(when, zone, "date_short");
}

function letter(app, mail) {
  const when = new Date(mail.at * 1000);
  return [
    h("a.button.to-list", { href: "#/mail" }, icon("back"), "All emails"),
    h("h2", { tabindex: -1 }, mail.subject),
    h(
      "dl.mail-facts",
      {},
      [
        ["From", mail.from],
        ["To", mail.to.join(", ")],
        ["Sent", `${written(when, app.zone, "date_long")}, ${written(when, app.zone, "time")}`],
      ].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    ),
    h("div.mail-bodies", {}, mail.has_html && asShown(mail), asText(mail)),
  ];
}

function asShown(mail) {
  const frame = h("iframe", {
    title: `The email “${mail.subject}”`,
    src: `/_local/emails/${mail.id}`,
    sandbox: "allow-popups allow-popups-to-escape-sandbox",
  });
  return h("figure", {}, h("figcaption", {}, "As a mail client shows it"), frame);
}

function asText(mail) {
  const text = h("pre.mail-text", { tabindex: 0 }, mail.text);
  return h("figure", {}, h("figcaption", {}, "The plain text of the same email"), text);
}
