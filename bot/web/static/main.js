// Joins the parts of the page.

import { actionsFor, showBooks } from "./actions.js";
import { act, get } from "./api.js";
import { drawBoards } from "./boards.js";
import { drawChat, drawLine, markChat, startChat, toEnd, whenAnswered, whenChosen } from "./chat.js";
import { answer, drawComposer, quote, startComposer } from "./composer.js";
import { bringIn, sendPicture, shareLink } from "./dialogs.js";
import { $, toast } from "./dom.js";
import { drawLedger } from "./ledger.js";
import { drawPeople } from "./people.js";
import { isAdmin, room, who } from "./room.js";
import { follow } from "./stream.js";
import { fullNow, setClock } from "./time.js";
import { drawTrace } from "./trace.js";

const TICK_MS = 5_000;
const GATHER_MS = 60;

const TOOLS = {
  picture: sendPicture,
  share: shareLink,
  recall: recallLast,
  repeat: () => act("repeat", {}),
  invite: () => bringIn(true),
  add: () => bringIn(false),
  admin: () => act("appoint", { person: room.speaker, role: isAdmin(who(room.speaker)) ? "member" : "admin" }),
  leave: () => act("leave", { person: room.speaker }),
};

function begin(state) {
  setClock(state.now, state.zone);
  room.people = new Map(state.people.map((person) => [person.id, person]));
  room.lines = new Map(state.lines.map((line) => [line.number, line]));
  room.chosen = null;
  $("title").textContent = state.title;
  drawNow();
  changeSpeaker();
  drawChat();
  fetchLedger();
}

const happenings = {
  line(line) {
    room.lines.set(line.number, line);
    if (line.message && line.sender !== room.bot && !line.recalledBy) choose(null);
    drawLine(line);
    traceSoon();
  },
  people({ people }) {
    room.people = new Map(people.map((person) => [person.id, person]));
    changeSpeaker();
  },
  ledger: gathered(fetchLedger),
  clock({ now }) {
    setClock(now);
    drawNow();
  },
};

const traceSoon = gathered(drawTrace);

async function fetchLedger() {
  const { entries, members, boards } = await get("/sandbox/ledger").catch(() => ({}));
  if (!entries) return;
  const isNews = room.newest !== null && (entries[0]?.id ?? 0) > room.newest;
  room.newest = entries[0]?.id ?? 0;
  room.entries = entries;
  room.members = new Map(members.map((member) => [member.person, member]));
  if (isNews) $("unread").hidden = $("app").classList.contains("books-open");
  drawLedger(({ message }) => choose(message));
  drawBoards(boards);
  drawPeople(changeSpeaker);
  drawTrace();
}

function changeSpeaker() {
  drawPeople(changeSpeaker);
  drawComposer();
  markChat();
  const me = who(room.speaker);
  const button = document.querySelector("[data-tool=admin]");
  button.setAttribute("aria-pressed", String(isAdmin(me)));
  button.disabled = me.role === "owner";
}

function choose(message) {
  if (room.chosen === message) return;
  room.chosen = message;
  markChat();
  traceSoon();
}

function recallLast() {
  const own = [...room.lines.values()].reverse().find((line) => isRecallable(line));
  if (own) act("recall", { speaker: room.speaker, message: own.message });
  else toast("你还没有可以撤回的消息");
}

function isRecallable(line) {
  return line.sender === room.speaker && line.message && !line.recalledBy && ["text", "link", "image"].includes(line.kind);
}

function drawNow() {
  $("now").textContent = fullNow();
}

function gathered(run) {
  let waiting = 0;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(run, GATHER_MS);
  };
}

function wire() {
  startChat();
  whenChosen(
    (line) => choose(room.chosen === line.message ? null : line.message),
    (line) => actionsFor(line, { quote, why: () => showBooks(true) }),
  );
  whenAnswered(answer);
  startComposer(() => {
    choose(null);
    toEnd();
  });
  for (const button of document.querySelectorAll("[data-tool]")) {
    button.addEventListener("click", () => TOOLS[button.dataset.tool]());
  }
  for (const button of document.querySelectorAll("[data-days]")) {
    button.addEventListener("click", async () => {
      button.disabled = true;
      await act("jump", { days: Number(button.dataset.days) });
      button.disabled = false;
    });
  }
  $("more").addEventListener("click", () => {
    const open = $("app").classList.toggle("tools-open");
    $("more").setAttribute("aria-expanded", String(open));
  });
  $("open-books").addEventListener("click", () => showBooks(true));
  $("close-books").addEventListener("click", () => showBooks(false));
  $("to-end").addEventListener("click", toEnd);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && $("app").classList.contains("books-open")) showBooks(false);
  });
  matchMedia("(min-width: 860px)").addEventListener("change", () => showBooks(false));
  setInterval(drawNow, TICK_MS);
}

wire();
follow(begin, happenings);
