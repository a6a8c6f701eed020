// The person's email: what arrived, as a mail client shows it, and the plain text beside it.

import { dayName, written } from "./dates.js";
import { h, show } from "./dom.js";
import { icon } from "./icons.js";
import { paneHead } from "./pane.js";
import { roving } from "./roving.js";

export function inbox(app, openId) {
  const list = h("ul.mails", { "aria-label": "Emails, newest first" });
  const reader = h("div.mail", {});
  const head = paneHead("Email", { face: icon("mail"), note: app.store.get("me").email });
  const pane = h(`section.pane.inbox${openId ? ".reading" : ""}`, { "aria-label": "Email" }, head, h("div.mail-columns", {}, list, reader));
  const reach = roving(list, ".mail-row");
  const rows = new Map();
  let shown = null;
  return {
    element: pane,
    update() {
      const mails = app.store.all("mail:").sort((one, other) => other.at - one.at);
      for (const mail of mails) if (!rows.has(mail.id)) rows.set(mail.id, row(app, mail, openId));
      show(list, mails.map((mail) => rows.get(mail.id)));
      reach();
      const mail = mails.find((each) => each.id === openId);
      if (mail && shown !== mail.id) show(reader, letter(app, mail));
      else if (!mail) show(reader, h("p.quiet.waiting", {}, mails.length ? "Choose an email to read it." : "No email has come yet."));
      shown = mail?.id ?? null;
      app.markMailRead(openId);
      for (const each of mails) rows.get(each.id).classList.toggle("unread", app.isUnreadMail(each));
    },
    opened: () => (pane.querySelector(".mail h2") ?? head.querySelector("h1")).focus({ preventScroll: true }),
  };
}

function row(app, mail, openId) {
  const when = new Date(mail.at * 1000);
  return h(
    "li",
    {},
    h(
      "a.mail-row",
      { href: `#/mail/${mail.id}`, "aria-current": mail.id === openId ? "true" : null },
      h("span.mail-from", {}, mail.from),
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
      [["From", mail.from], ["To", mail.to.join(", ")], ["Sent", `${written(when, app.zone, "date_long")}, ${written(when, app.zone, "time")}`]].map(
        ([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)),
      ),
    ),
    h(
      "div.mail-bodies",
      {},
      mail.has_html &&
        h(
          "figure",
          {},
          h("figcaption", {}, "As a mail client shows it"),
          h("iframe", { title: `The email “${mail.subject}”`, src: `/_local/emails/${mail.id}`, sandbox: "allow-popups allow-popups-to-escape-sandbox" }),
        ),
      h("figure", {}, h("figcaption", {}, "The plain text of the same email"), h("pre.mail-text", { tabindex: 0 }, mail.text)),
    ),
  ];
}
