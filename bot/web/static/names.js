// Names are whatever people call themselves: they are isolated, cleaned for display and drawn as avatars.

import { el, svg } from "./dom.js";

// The joiner stays: it makes one picture of several.
const CONTROLS = /(?:(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}])+/gu;
const INVISIBLE = /[\s\u115f\u1160\u200d\u3164\uffa0\u2800\p{M}]/gu;
const HUES = 12;

/** A name on one line and without marks that turn or hide text; never empty. */
export function plain(person) {
  const cleaned = person.name.replace(CONTROLS, " ").trim();
  const visible = cleaned.replace(INVISIBLE, "");
  return visible ? [...cleaned].slice(0, 40).join("") : `成员 ${person.id}`;
}

/** The same, kept apart from the direction of the text around it. */
export function named(person) {
  return el("bdi", { class: "name" }, plain(person));
}

/** A square with one character of the name, in a colour of its own. */
export function avatar(person) {
  if (person.bot) {
    return svg(
      "svg",
      { class: "avatar avatar-bot", viewBox: "0 0 40 40", "aria-hidden": "true" },
      svg("rect", { width: "40", height: "40", rx: "8" }),
      svg("use", { href: "#i-coin", x: "7", y: "7", width: "26", height: "26", class: "icon" }),
    );
  }
  const text = svg("text", { x: "20", y: "20.5", "text-anchor": "middle", "dominant-baseline": "central" });
  text.textContent = initial(plain(person));
  return svg(
    "svg",
    { class: `avatar hue-${hue(person.id)}`, viewBox: "0 0 40 40", "aria-hidden": "true" },
    svg("rect", { width: "40", height: "40", rx: "8" }),
    text,
  );
}

const segmenter = "Segmenter" in Intl ? new Intl.Segmenter("zh", { granularity: "grapheme" }) : null;

// The last character tells Chinese names apart, the first one all others.
function initial(name) {
  if (/^\p{Script=Han}{2,4}$/u.test(name)) return [...name].at(-1);
  const first = segmenter ? segmenter.segment(name)[Symbol.iterator]().next().value.segment : [...name][0];
  return [...first].slice(0, 8).join("").toUpperCase();
}

function hue(id) {
  let hash = 22;
  for (const character of id) hash = (hash * 37 + character.codePointAt(0)) % 0x100000000;
  return hash % HUES;
}
