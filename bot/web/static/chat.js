// The room's messages, as a phone shows them.

import { $, el, icon } from "./dom.js";
import { avatar, named, plain } from "./names.js";
import { badge } from "./people.js";
import { isAdmin, lineOf, room, who } from "./room.js";
import { dayAndTime, dayOf } from "./time.js";

const PAUSE_MS = 5 * 60 * 1000;
const CLAMPED_CHARS = 400;
const CLAMPED_ROWS = 14;
const NEAR_END_PX = 120;
const SHOWN_LINES = 500;

const drawn = new Map();
let last = null;
let onChosen = () => {};
let onAnswered = () => {};
let actionsFor = () => null;

/** `tell` is told of the line that the user chose; `actions` makes what stands below it. */
export function whenChosen(tell, actions) {
  onChosen = tell;
  actionsFor = actions;
}

/** `answer` is called with the words of a card's button that the user pressed. */
export function whenAnswered(answer) {
  onAnswered = answer;
}

/** Keeps the newest line in sight while the room's height changes, unless the user has scrolled up. */
export function startChat() {
  let isAtEnd = true;
  $("lines").addEventListener("scroll", () => {
    isAtEnd = fromEnd() < NEAR_END_PX;
    if (isAtEnd) $("to-end").hidden = true;
  });
  new ResizeObserver(() => isAtEnd && toEnd()).observe($("lines"));
}

/** Draws all lines anew. */
export function drawChat() {
  drawn.clear();
  last = null;
  $("lines").replaceChildren();
  if (!room.lines.size) $("lines").append(welcome());
  for (const line of room.lines.values()) append(line);
  toEnd();
}

/** Draws a line that is new, or has changed. */
export function drawLine(line) {
  if (drawn.has(line.number)) {
    const changed = content(line);
    drawn.get(line.number).replaceWith(changed);
    drawn.set(line.number, changed);
    return;
  }
  $("lines").querySelector(".welcome")?.remove();
  const wasAtEnd = fromEnd() < NEAR_END_PX;
  append(line);
  if (wasAtEnd || line.sender === room.speaker) toEnd();
  else $("to-end").hidden = false;
}

/** Marks whose messages stand on the right, and which one is chosen. */
export function markChat() {
  // Names stand over others' messages only, so the room grows or shrinks with the speaker.
  const wasAtEnd = fromEnd() < NEAR_END_PX;
  for (const line of room.lines.values()) mark(drawn.get(line.number), line);
  if (wasAtEnd && !room.chosen) toEnd();
}

/** Scrolls to the newest line. */
export function toEnd() {
  $("lines").scrollTop = $("lines").scrollHeight;
  $("to-end").hidden = true;
}

function fromEnd() {
  const lines = $("lines");
  return lines.scrollHeight - lines.scrollTop - lines.clientHeight;
}

function append(line) {
  const paused = !last || Date.parse(line.at) - Date.parse(last.at) > PAUSE_MS;
  if (paused || dayOf(line.at) !== dayOf(last.at)) {
    $("lines").append(el("p", { class: "when" }, el("time", { datetime: line.at }, dayAndTime(line.at))));
  }
  const made = content(line);
  drawn.set(line.number, made);
  $("lines").append(made);
  last = line;
  while (drawn.size > SHOWN_LINES) {
    const oldest = drawn.keys().next().value;
    drawn.get(oldest).remove();
    drawn.delete(oldest);
    room.lines.delete(oldest);
  }
}

function content(line) {
  const made = line.recalledBy ? recalled(line) : (SYSTEM[line.kind]?.(line) ?? message(line));
  mark(made, line);
  return made;
}

function mark(made, line) {
  if (!made?.classList.contains("message")) return;
  made.classList.toggle("mine", line.sender === room.speaker);
  for (const button of made.querySelectorAll(".ask")) button.disabled = !isAdmin(who(room.speaker));
  const isChosen = Boolean(line.message) && line.message === room.chosen;
  if (isChosen === made.classList.contains("chosen")) return;
  made.classList.toggle("chosen", isChosen);
  if (!isChosen) return made.querySelector(".actions")?.remove();
  const actions = actionsFor(line);
  made.querySelector(".message-body").append(actions);
  actions.scrollIntoView({ block: "nearest" });
}

const SYSTEM = {
  join: (line) =>
    line.sender
      ? system(named(who(line.sender)), " 邀请 ", named(who(line.person)), " 加入了群聊")
      : system(named(who(line.person)), " 通过扫描群二维码加入了群聊"),
  leave: (line) => system(named(who(line.person)), " 退出了群聊"),
  note: (line) => system(line.text),
};

function recalled(line) {
  const by = named(who(line.recalledBy));
  if (line.recalledBy === line.sender) return system(by, " 撤回了一条消息");
  return system(by, " 撤回了 ", named(who(line.sender)), " 的一条消息");
}

function system(...content) {
  return el("p", { class: "system" }, el("span", {}, ...content));
}

function message(line) {
  const sender = who(line.sender);
  const choose = () => onChosen(line);
  const bubble = el("div", { class: `bubble bubble-${line.kind}` }, ...BODY[line.kind](line));
  if (line.message) bubble.addEventListener("click", () => getSelection()?.isCollapsed && choose());
  return el(
    "article",
    { class: `message${sender.bot ? " by-bot" : ""}`, "aria-label": plain(sender) },
    el("span", { class: "message-face" }, avatar(sender)),
    el(
      "div",
      { class: "message-body" },
      el("p", { class: "message-name" }, named(sender), badge(sender), line.privateTo ? privately(line) : null),
      el(
        "div",
        { class: "bubble-row" },
        bubble,
        line.message &&
          el(
            "button",
            { type: "button", class: "icon-button pick", "aria-label": "为什么、引用、撤回", title: "为什么 · 引用 · 撤回", onclick: choose },
            icon("more"),
          ),
      ),
      line.quote && quoted(line.quote),
      line.asks.length > 0 && answers(line.asks),
    ),
  );
}

/** The buttons of a card, which admins may press: each sends its words, or begins them. */
function answers(asks) {
  const button = (ask) =>
    el(
      "button",
      { type: "button", class: "ask", title: "管理员点了就发出去", onclick: () => onAnswered(ask) },
      ask.trim(),
    );
  return el("div", { class: "asks", role: "group", "aria-label": "管理员可以回" }, ...asks.map(button));
}

function privately(line) {
  return el("span", { class: "badge badge-private" }, "私聊 ", named(who(line.privateTo)));
}

function quoted(id) {
  const line = lineOf(id);
  const text = line && !line.recalledBy ? line.text || "[图片]" : "消息已经不在了";
  return el("p", { class: "quoted" }, line ? named(who(line.sender)) : "", line ? "：" : "", el("bdi", {}, text.slice(0, 80)));
}

const BODY = {
  text: (line) => {
    const to = line.sender === room.bot && !line.privateTo ? line.mentions : [];
    const at = to.flatMap((id) => [el("span", { class: "at" }, "@", named(who(id))), " "]);
    return [...at, ...long(line)];
  },
  link: (line) => [
    el("span", { class: "link-title" }, el("bdi", {}, line.text || line.facts.url)),
    el("span", { class: "link-host" }, host(line.facts.url)),
    el("span", { class: "link-icon", "aria-hidden": "true" }, icon("link")),
  ],
  image: (line) => [
    el("img", { src: `/sandbox/pictures/${line.facts.image}`, alt: "图片", loading: "lazy", onload: keepEnd }),
  ],
};

function long(line) {
  const text = el("span", { class: "text", dir: "auto" }, line.text || "\u00a0");
  if (line.text.length <= CLAMPED_CHARS && line.text.split("\n").length <= CLAMPED_ROWS) return [text];
  text.classList.add("clamped");
  const cut = line.length > line.text.length ? `，只显示前 ${line.text.length.toLocaleString()} 字` : "";
  const toggle = el("button", { type: "button", class: "unfold", "aria-expanded": "false" }, "展开全文");
  toggle.addEventListener("click", (event) => {
    event.stopPropagation();
    const folded = text.classList.toggle("clamped");
    toggle.textContent = folded ? "展开全文" : "收起";
    toggle.setAttribute("aria-expanded", String(!folded));
  });
  return [text, el("span", { class: "fold" }, toggle, ` 共 ${line.length.toLocaleString()} 字${cut}`)];
}

function host(url) {
  try {
    return new URL(url).host;
  } catch {
    return "链接";
  }
}

function keepEnd() {
  if ($("to-end").hidden) toEnd();
}

function welcome() {
  return el(
    "div",
    { class: "welcome" },
    el("p", { class: "welcome-title" }, "这里是一个只有你的群"),
    el("p", {}, "换着身份说话，看积分怎么记。先发一句「签到」试试。"),
  );
}
