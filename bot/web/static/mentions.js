// @: a list of those who can be mentioned, and who is mentioned in a text.

import { $, el } from "./dom.js";
import { avatar, named, plain } from "./names.js";
import { present, room, who } from "./room.js";

const AFTER = "\u2005";
const TYPED = /@([^@\s\u2005]*)$/u;

let offered = [];
let active = 0;

/** Ids of those whose @name stands in the text, the longest names first. */
export function mentionsIn(text) {
  let rest = text;
  const found = [];
  for (const person of everybody().sort((a, b) => plain(b).length - plain(a).length)) {
    const at = `@${plain(person)}`;
    const stands = rest.split(at).length > 1 && new RegExp(`${literal(at)}(?:[\\s\\u2005]|$)`, "u").test(rest);
    if (!stands) continue;
    found.push(person.id);
    rest = rest.split(at).join("");
  }
  return found;
}

/** Shows the list while an @ is being typed. */
export function offerMentions() {
  const field = $("text");
  field.setAttribute("aria-controls", "mentions");
  field.addEventListener("input", offer);
  field.addEventListener("blur", () => setTimeout(close, 150));
  field.addEventListener("keydown", (event) => {
    if (!offered.length || event.isComposing) return;
    if (event.key === "ArrowDown") active = (active + 1) % offered.length;
    else if (event.key === "ArrowUp") active = (active + offered.length - 1) % offered.length;
    else if (event.key === "Enter" || event.key === "Tab") pick(offered[active]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    draw();
  });
}

function everybody() {
  return [...present(), who(room.bot)];
}

function offer() {
  const field = $("text");
  const typed = TYPED.exec(field.value.slice(0, field.selectionStart));
  offered = typed ? everybody().filter((person) => person.id !== room.speaker && plain(person).startsWith(typed[1])) : [];
  active = 0;
  draw();
}

function pick(person) {
  const field = $("text");
  const before = field.value.slice(0, field.selectionStart).replace(TYPED, `@${plain(person)}${AFTER}`);
  field.value = before + field.value.slice(field.selectionStart);
  field.setSelectionRange(before.length, before.length);
  close();
  field.focus();
}

function close() {
  offered = [];
  draw();
}

function draw() {
  const list = $("mentions");
  list.hidden = !offered.length;
  list.replaceChildren(
    ...offered.map((person, index) =>
      el(
        "li",
        { role: "option", "aria-selected": String(index === active), onmousedown: (event) => choose(event, person) },
        avatar(person),
        named(person),
      ),
    ),
  );
}

function choose(event, person) {
  event.preventDefault();
  pick(person);
}

function literal(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
