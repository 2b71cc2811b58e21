// The boards of today and of all time.

import { $, el } from "./dom.js";
import { named } from "./names.js";
import { room } from "./room.js";

const EMPTY = { day: "今天还没有人得分", total: "还没有人得分" };

/** Draws both. */
export function drawBoards(boards) {
  for (const [period, rows] of Object.entries(boards)) {
    const list = $(`board-${period}`);
    list.replaceChildren(...rows.map(row));
    if (!rows.length) list.append(el("li", { class: "empty" }, EMPTY[period]));
  }
}

function row({ rank, member, name, points }) {
  const person = [...room.members.values()].find((one) => one.member === member)?.person ?? `#${member}`;
  return el(
    "li",
    { class: "place" },
    el("span", { class: `rank rank-${rank}` }, String(rank)),
    named({ id: person, name }),
    el("span", { class: "place-points" }, String(points)),
  );
}
