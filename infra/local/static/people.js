// Who one is here: the first page, and the dialog that changes it. Every tab is one person.

import { ask } from "./api.js";
import { avatar } from "./avatar.js";
import { trouble } from "./busy.js";
import { written, zoneName } from "./dates.js";
import { freshId, h } from "./dom.js";
import { iconButton } from "./icons.js";

// The page that greets whoever comes without being somebody.
export async function welcome(said = null) {
  const { people, app, team } = await everybody();
  return h(
    "main.welcome",
    { tabindex: -1 },
    h("p.quiet", {}, team),
    h("h1", {}, "Who do you want to be?"),
    said && trouble(said),
    h(
      "p.lead",
      {},
      `This is a Slack workspace, played on this machine, with ${app} in it. `,
      "Choose somebody; open a second tab to be somebody else at the same time.",
    ),
    peopleList(people),
    h(
      "p.quiet.elsewhere",
      {},
      "Also here: ",
      h("a", { href: "/docs" }, "the HTTP API"),
      " · ",
      h("a", { href: "/_local/info" }, "facts for tools"),
      " · ",
      h("a", { href: "/_local/slack/" }, "what tests and tools can do in this workspace"),
    ),
  );
}

export async function openPeople(me) {
  const { people } = await everybody();
  const title = freshId("people");
  const dialog = h(
    "dialog.dialog",
    { "aria-labelledby": title },
    h(
      "div.dialog-head",
      {},
      h("h2", { id: title }, "Be somebody else"),
      iconButton("close", "Close", () => dialog.close()),
    ),
    h("div.dialog-body", {}, peopleList(people, me)),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

async function everybody() {
  const [{ people, app, team }, info] = await Promise.all([ask("/_local/slack/people"), ask("/_local/info")]);
  const known = Object.fromEntries((info.people ?? []).map((each) => [each.slack_user_id, each]));
  const active = people.filter((each) => !each.is_bot && !each.deleted);
  return { people: active.map((each) => ({ ...known[each.id], ...each })), app, team };
}

function peopleList(people, me = null) {
  return h(
    "ul.people",
    {},
    people.map((person) => h("li", {}, card(person, person.id === me))),
  );
}

function card(person, isMe) {
  const address = `/?as=${encodeURIComponent(person.id)}`;
  const facts = [
    ...(person.groups ?? []).map((group) => h("span.tag", {}, group)),
    person.linked === false && h("span.tag.warn", {}, "Not linked at first"),
    h("span.quiet", {}, `${zoneName(person.tz)}, ${written(new Date(), person.tz, "time")}`),
  ];
  return h(
    "div.person",
    {},
    avatar(person, "large"),
    h(
      "div.person-words",
      {},
      h("strong", {}, person.real_name, isMe && " (you, in this tab)"),
      h("p.facts", {}, facts),
      person.linked === false && signIn(person),
    ),
    h(
      "div.person-ways",
      {},
      !isMe && h("a.button.primary", { href: address }, "Be ", person.real_name.split(" ")[0]),
      h(
        "a.button",
        {
          href: address,
          target: "_blank",
          rel: "noopener",
          "aria-label": `Be ${person.real_name.split(" ")[0]} in a new tab`,
        },
        "New tab",
      ),
    ),
  );
}

// Whoever links their account meets the sign-in page on the way.
function signIn({ email, password }) {
  return h("p.facts.quiet", {}, "Signs in with ", h("code", {}, email), " and ", h("code", {}, password));
}
