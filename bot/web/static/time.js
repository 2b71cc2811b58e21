// The sandbox's time: the machine's, moved ahead, told in the programme's zone.

let ahead = 0;
let zone = "Asia/Shanghai";

/** Sets the clock by what the server says it is now. */
export function setClock(now, inZone = zone) {
  ahead = Date.parse(now) - Date.now();
  zone = inZone;
}

/** 2026年11月22日 周日 14:03 */
export function fullNow() {
  return say(new Date(Date.now() + ahead), { year: true });
}

/** 11月22日 周日 14:03 */
export function dayAndTime(at) {
  return say(new Date(at), {});
}

/** 11月22日 14:03 */
export function dayTime(at) {
  return say(new Date(at), { weekday: false });
}

/** 14:03 */
export function clockTime(at) {
  return say(new Date(at), { day: false });
}

/** A day as a key, to tell whether two instants lie in the same one. */
export function dayOf(at) {
  return parts(new Date(at)).day;
}

function say(date, { year = false, day = true, weekday = true }) {
  const found = parts(date);
  const time = `${found.hour}:${found.minute}`;
  if (!day) return time;
  const [y, m, d] = found.day.split("-");
  return `${year ? `${Number(y)}年` : ""}${Number(m)}月${Number(d)}日 ${weekday ? `${found.weekday} ` : ""}${time}`;
}

function parts(date) {
  const found = {};
  const format = new Intl.DateTimeFormat("zh-CN", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  for (const { type, value } of format.formatToParts(date)) found[type] = value;
  return { ...found, day: `${found.year}-${found.month}-${found.day}` };
}
