// What the page knows of the room, and who looks at it changes through here.

export const room = {
  bot: "bot",
  speaker: null,
  people: new Map(),
  lines: new Map(),
  members: new Map(),
  entries: [],
  /** Number of the newest entry that the page has seen; null before it asked. */
  newest: null,
  /** Id of the message whose trace is shown; null follows the last one. */
  chosen: null,
};

const BOT = { id: "bot", name: "积分助手", role: "member", here: true, bot: true };

/** Somebody by id, also one who is not known any more. */
export function who(id) {
  if (id === room.bot) return BOT;
  return room.people.get(id) ?? { id, name: "", role: "member", here: false };
}

/** Those who are in the room now. */
export function present() {
  return [...room.people.values()].filter((person) => person.here);
}

/** Whether somebody may do what admins may. */
export function isAdmin(person) {
  return person.role !== "member";
}

/** The line of a message that somebody sent, or of a coming or going. */
export function lineOf(message) {
  for (const line of [...room.lines.values()].reverse()) {
    if (line.message === message && line.kind !== "note") return line;
  }
  return null;
}

/** Id of the message whose trace is to be shown. */
export function traced() {
  if (room.chosen) return room.chosen;
  for (const line of [...room.lines.values()].reverse()) if (line.message) return line.message;
  return null;
}
