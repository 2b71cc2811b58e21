// Why: from the message to the balance, or the reason why nothing was entered.

import { get } from "./api.js";
import { $, el } from "./dom.js";
import { kindMark, memberOf, signed } from "./ledger.js";
import { named } from "./names.js";
import { lineOf, room, traced, who } from "./room.js";
import { clockTime } from "./time.js";

let asked = 0;

/** Fetches and draws the trace of the chosen message, or of the last one. */
export async function drawTrace() {
  const message = traced();
  const mine = ++asked;
  if (!message) return show(el("p", { class: "empty" }, "发一条消息，这里会写出它怎样变成积分，或者为什么没有。"));
  const { deeds } = await get(`/sandbox/trace?message=${encodeURIComponent(message)}`).catch(() => ({}));
  if (mine !== asked || !deeds) return;
  const line = lineOf(message);
  const steps = [...head(line, message), ...deeds.flatMap((one) => deed(one, line))];
  if (!deeds.length) steps.push(...bare(message, line));
  show(el("ol", { class: "steps" }, ...steps));
}

function show(content) {
  $("trace").replaceChildren(content);
}

function head(line, message) {
  if (!line) {
    const entry = room.entries.find((one) => one.message === message);
    return entry ? [step("消息", named(memberOf(entry)), el("span", { class: "quiet" }, " 较早的一条"))] : [];
  }
  const said = line.recalledBy ? "（已撤回）" : (WORDS[line.kind]?.(line) ?? line.text);
  const speaker = line.kind === "leave" || (line.kind === "join" && !line.sender) ? line.person : line.sender;
  const name = speaker ? [named(who(speaker)), "："] : [];
  return [step("消息", ...name, el("bdi", { class: "said" }, said), time(line))];
}

const WORDS = {
  link: (line) => `[链接] ${line.text}`,
  image: () => "[图片]",
  join: (line) => (line.sender ? "邀请新成员入群" : "扫码入群"),
  leave: () => "退出群聊",
};

function deed(activity, line) {
  const steps = [step("行为", activity.title, el("code", { class: "key" }, activity.key))];
  if (activity.refusal) {
    steps.push(outcome("refused", "没有记分", activity.because, el("code", { class: "key" }, activity.refusal)));
  } else if (activity.outcome === "pending" && !activity.entries.length) {
    steps.push(outcome("answered", "待入账", "条件满足后记入流水，还不能花"));
  } else if (!activity.entries.length) {
    steps.push(outcome("silent", "没有记分", "没有规则为这种行为记分"));
  }
  return [...steps, ...activity.entries.map((entry) => entered(entry, line))];
}

function entered(entry, line) {
  const isOfAnother = line && entry.person !== line.sender;
  return el(
    "li",
    { class: "step step-entry", "data-entry": entry.id },
    el(
      "div",
      { class: "sum" },
      el(
        "p",
        { class: "sum-head" },
        entry.kind === "accrual" ? el("span", { class: "sum-label" }, "规则") : null,
        isOfAnother ? named(memberOf(entry)) : null,
        el("bdi", { class: "sum-title" }, entry.title),
        kindMark(entry),
        el("strong", { class: entry.points < 0 ? "minus" : "plus" }, signed(entry.points)),
      ),
      entry.steps.length ? el("dl", { class: "factors" }, ...entry.steps.map(factor)) : null,
      el("p", { class: "sum-foot" }, `记入流水 #${entry.id}`, el("span", {}, "余额 ", el("b", {}, String(entry.balance)))),
    ),
  );
}

function factor({ label, value, note }) {
  return el("div", { title: note || null }, el("dt", {}, label), el("dd", {}, value), note ? el("dd", { class: "factor-note" }, note) : null);
}

function bare(message, line) {
  const answer = [...room.lines.values()].find((one) => one.cause === message);
  const entries = room.entries.filter((entry) => entry.message === message || takenBack(entry, line, answer));
  if (entries.length) return entries.map((entry) => entered(entry, line));
  if (answer) return [outcome("answered", "机器人回了话", "这一句只是查询或提示，没有动账")];
  if (line?.kind === "text") return [outcome("silent", "这不是命令，机器人不作声", "")];
  return [outcome("silent", "没有规则为它记分，机器人不作声", "")];
}

/** Whether the admin's message took this entry's original back; the ledger names who did it and when. */
function takenBack(entry, line, answer) {
  if (entry.kind !== "reversal" || !line || !answer || !entry.actor.endsWith(`:${line.sender}`)) return false;
  return Date.parse(line.at) <= Date.parse(entry.at) && Date.parse(entry.at) <= Date.parse(answer.at);
}

function step(label, ...content) {
  return el("li", { class: "step" }, el("span", { class: "step-label" }, label), el("p", { class: "step-text" }, ...content));
}

function outcome(kind, title, text, ...more) {
  return el(
    "li",
    { class: `step step-end step-${kind}` },
    el("p", { class: "end-title" }, title, ...more),
    text ? el("p", { class: "end-text" }, text) : null,
  );
}

function time(line) {
  return el("time", { class: "quiet", datetime: line.at }, clockTime(line.at));
}
