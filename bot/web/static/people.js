// The strip of people: whom the user speaks as, with what the ledger knows of them.

import { $, el, svg } from "./dom.js";
import { avatar, named, plain } from "./names.js";
import { isAdmin, present, room } from "./room.js";

const KEPT = "speaker";

/** Draws the strip; `onSpeaker` is called when another person is chosen. */
export function drawPeople(onSpeaker) {
  const here = present();
  if (!here.some((person) => person.id === room.speaker)) {
    const kept = sessionStorage.getItem(KEPT);
    room.speaker = (here.find((person) => person.id === kept) ?? here[0])?.id ?? null;
  }
  $("count").textContent = `(${here.length + 1})`;
  $("people").replaceChildren(...here.map((person) => entryFor(person, onSpeaker)));
}

/** 群主 or 管理员, for those who are. */
export function badge(person) {
  if (!isAdmin(person)) return null;
  return el("span", { class: `badge badge-${person.role}` }, person.role === "owner" ? "群主" : "管理员");
}

function entryFor(person, onSpeaker) {
  const isMe = person.id === room.speaker;
  const known = room.members.get(person.id);
  const choose = () => {
    room.speaker = person.id;
    sessionStorage.setItem(KEPT, person.id);
    onSpeaker();
    $("people").querySelector("[aria-pressed=true]")?.focus();
  };
  const label = `以 ${plain(person)} 的身份说话`;
  const streak = known?.streakDays ? `连续 ${known.streakDays} 天` : "";
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: "person", "aria-pressed": String(isMe), "aria-label": label, title: label, onclick: choose },
      el("span", { class: "person-face" }, avatar(person), isAdmin(person) ? shield() : null),
      el("span", { class: "person-name" }, named(person), badge(person)),
      el("span", { class: "person-streak" }, streak),
      el("span", { class: "person-balance" }, known ? String(known.balance) : "–"),
    ),
  );
}

function shield() {
  return svg("svg", { class: "icon person-shield", "aria-hidden": "true" }, svg("use", { href: "#i-shield" }));
}
