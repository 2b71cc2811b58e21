// How the real channels are, asked for every few seconds.

import { $, el } from "./dom.js";

const EVERY_MS = 5000;
const NAMES = { wechaty: "微信（wechaty）", onebot: "QQ（OneBot）" };

function showChannel({ name, trouble, reconnects }) {
  const again = reconnects ? `启动以来重连 ${reconnects} 次` : "";
  return el(
    "li",
    { class: trouble ? "is-away" : "is-well" },
    el("span", { class: "overview-name" }, NAMES[name] ?? name),
    el("span", { class: "overview-state" }, trouble ? "没有接通" : "正常"),
    el("span", { class: "quiet" }, [trouble, again].filter(Boolean).join(" · ")),
  );
}

function showRoom({ channel, id, name, people }) {
  return el(
    "li",
    {},
    el("span", { class: "overview-name name" }, name || id),
    el("span", { class: "overview-state" }, people ? `${people} 人` : "还没有消息"),
    el("span", { class: "quiet" }, `${NAMES[channel] ?? channel} · ${id}`),
  );
}

function showSaying({ waiting, parked }) {
  const rows = [el("li", {}, el("span", { class: "overview-name" }, "排队"), el("span", { class: "overview-state" }, `${waiting} 条`))];
  if (parked) {
    const why = "平台一再拒收；运行 .venv/bin/python -m bot outbox 看是哪些、怎么重发";
    rows.push(
      el(
        "li",
        { class: "is-away" },
        el("span", { class: "overview-name" }, "停发"),
        el("span", { class: "overview-state" }, `${parked} 条`),
        el("span", { class: "quiet" }, why),
      ),
    );
  }
  return rows;
}

function show(state) {
  $("programme").textContent = state.programme;
  $("at").textContent = ` · ${new Date().toLocaleTimeString("zh-CN", { hour12: false })} 更新`;
  $("channels").replaceChildren(...state.channels.map(showChannel));
  $("saying").replaceChildren(...showSaying(state));
  $("rooms").replaceChildren(...state.rooms.map(showRoom));
  $("rooms-count").textContent = state.rooms.length ? ` ${state.rooms.length} 个` : "";
  $("no-rooms").hidden = state.rooms.length > 0;
}

async function look() {
  try {
    const response = await fetch("/overview/state", { headers: { Accept: "application/json" } });
    if (response.status === 401) location.reload();
    if (!response.ok) throw new Error(`status ${response.status}`);
    show(await response.json());
    $("lost").hidden = true;
  } catch {
    $("lost").hidden = false;
  }
  setTimeout(look, EVERY_MS);
}

look();
