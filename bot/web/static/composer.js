// Writing a message: the field, the usual commands, quoting, and whom it is said as.

import { act } from "./api.js";
import { $, el } from "./dom.js";
import { mentionsIn, offerMentions } from "./mentions.js";
import { avatar, plain } from "./names.js";
import { isAdmin, room, who } from "./room.js";

const COMMANDS = ["签到", "积分", "明细", "为什么", "排行榜", "任务", "等级", "规则", "帮助"];
const ADMIN_COMMANDS = ["待审核"];
const TALLEST_PX = 132;

let quoting = null;
let onSaid = () => {};

/** Wires the field; `said` is called after a message was sent. */
export function startComposer(said) {
  onSaid = said;
  // First, because Enter picks from its list before it sends.
  offerMentions();
  $("chips").replaceChildren(...COMMANDS.map(chip), ...ADMIN_COMMANDS.map(chip));
  $("say").addEventListener("submit", (event) => {
    event.preventDefault();
    sendField();
  });
  $("text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented) return;
    event.preventDefault();
    sendField();
  });
  $("text").addEventListener("input", fit);
  $("quoting-off").addEventListener("click", () => quote(null));
}

/** Shows whom the next message is said as. */
export function drawComposer() {
  const me = who(room.speaker);
  $("me").replaceChildren(avatar(me));
  for (const button of $("chips").children) {
    button.hidden = ADMIN_COMMANDS.includes(button.textContent) && !isAdmin(me);
  }
  $("text").placeholder = `以 ${plain(me)} 的身份说话`;
}

/** The next message quotes this line; null: none. */
export function quote(line) {
  quoting = line?.message ?? null;
  $("quoting").hidden = !quoting;
  if (!quoting) return;
  $("quoting-text").textContent = `引用 ${plain(who(line.sender))}：${line.text.slice(0, 60) || "[图片]"}`;
  $("text").focus();
}

/** Sends words, or puts them into the field where they end with a space: there is more to say. */
export function answer(words) {
  if (!words.endsWith(" ")) return say(words);
  $("text").value = words;
  $("text").focus();
}

function chip(text) {
  return el("button", { type: "button", class: "chip", onclick: () => say(text) }, text);
}

async function sendField() {
  const field = $("text");
  const text = field.value;
  if (!text) return;
  field.value = "";
  fit();
  if (!(await say(text)) && !field.value) {
    field.value = text;
    fit();
  }
}

async function say(text) {
  const body = { speaker: room.speaker, text, mentions: mentionsIn(text), quote: quoting };
  quote(null);
  onSaid();
  return act("say", body);
}

function fit() {
  const field = $("text");
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, TALLEST_PX)}px`;
}
