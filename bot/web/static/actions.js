// What can be done with the chosen message.

import { act } from "./api.js";
import { $, el } from "./dom.js";
import { room } from "./room.js";

/** The row of actions that stands below the chosen message; `doing` has `quote` and `why`. */
export function actionsFor(line, doing) {
  const button = (text, onclick) => el("button", { type: "button", class: "action", onclick }, text);
  return el(
    "div",
    { class: "actions", role: "group", "aria-label": "对这条消息" },
    button("为什么", () => doing.why(line)),
    button("引用", () => doing.quote(line)),
    button("撤回", () => act("recall", { speaker: room.speaker, message: line.message })),
    button("再投递一次", () => act("repeat", { message: line.message })),
  );
}

/** Opens or closes the ledger where it is a drawer. */
export function showBooks(open) {
  $("app").classList.toggle("books-open", open);
  $("open-books").setAttribute("aria-expanded", String(open));
  const isDrawer = $("open-books").offsetParent !== null;
  for (const part of document.querySelectorAll(".bar, .time, .people, .chat, .composer")) {
    part.inert = open && isDrawer;
  }
  if (open) $("unread").hidden = true;
  if (isDrawer) $(open ? "close-books" : "open-books").focus();
}
