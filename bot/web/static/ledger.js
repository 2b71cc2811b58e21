// The ledger, newest first.

import { $, el } from "./dom.js";
import { avatar, named } from "./names.js";
import { room } from "./room.js";
import { dayTime } from "./time.js";

let known = null;

/** Draws the entries; those that are new since the last time are lit up. `onChosen` is told of an entry. */
export function drawLedger(onChosen) {
  const before = known;
  known = new Set(room.entries.map((entry) => entry.id));
  $("ledger-count").textContent = room.entries.length ? `最近 ${room.entries.length} 条` : "";
  if (!room.entries.length) {
    $("ledger").replaceChildren(el("li", { class: "empty" }, "还没有流水。每一次加分、扣分都会记在这里。"));
    return;
  }
  $("ledger").replaceChildren(
    ...room.entries.map((entry) => row(entry, before && !before.has(entry.id), onChosen)),
  );
}

/** Somebody as an entry names them, so that the name is the ledger's. */
export function memberOf(entry) {
  return { id: entry.person || `#${entry.member}`, name: entry.name };
}

/** +5 or −5. */
export function signed(points) {
  return points < 0 ? `−${-points}` : `+${points}`;
}

/** A small mark for what is not an ordinary gain. */
export function kindMark(entry) {
  return entry.kind === "accrual" ? null : el("span", { class: `kind kind-${entry.kind}` }, entry.kindName);
}

function row(entry, isNew, onChosen) {
  const member = memberOf(entry);
  return el(
    "li",
    { class: `entry entry-${entry.kind}${isNew ? " entry-new" : ""}`, "data-entry": entry.id },
    el(
      "button",
      { type: "button", class: "entry-button", disabled: !entry.message, title: "看这一条为什么", onclick: () => onChosen(entry) },
      el("span", { class: "entry-face" }, avatar(member)),
      el("span", { class: "entry-what" }, named(member), el("bdi", { class: "entry-title" }, entry.title), kindMark(entry)),
      el("span", { class: `entry-points ${entry.points < 0 ? "minus" : "plus"}` }, signed(entry.points)),
      el("span", { class: "entry-when" }, `#${entry.id} · ${dayTime(entry.at)}`),
      el("span", { class: "entry-balance" }, `余额 ${entry.balance}`),
    ),
  );
}
