// What asks before it acts: bringing somebody in, sharing a link, sending a picture.

import { act } from "./api.js";
import { $, el } from "./dom.js";
import { avatar, named, plain } from "./names.js";
import { SCENES, asUpload, paint } from "./pictures.js";
import { present, room, who } from "./room.js";

const NEWCOMERS = ["小满", "阿哲", "林子", "糖糖", "大鹏", "青禾", "栗子", "阿宁", "小舟", "豆包妈", "石头", "晚晚"];
const LINKS = [
  ["春茶上新：明前龙井 50 g", "https://shop.example.com/p/1001"],
  ["换季护手霜，第二件半价", "https://shop.example.com/p/1002"],
  ["别家的文章：怎么挑跑鞋", "https://news.example.net/a/77"],
];

/** Asks who comes in: by themselves, or invited by the one who speaks. */
export async function bringIn(invited) {
  const inviter = invited ? room.speaker : "";
  $("join-title").textContent = invited ? `${plain(who(inviter))} 邀请新成员` : "添加成员（自己扫码进群）";
  $("join-name").value = freshName();
  const gone = [...room.people.values()].filter((person) => !person.here);
  $("join-back").hidden = !gone.length;
  $("join-back").querySelector(".choices").replaceChildren(
    ...gone.map((person) =>
      choice([avatar(person), named(person)], () => {
        $("join").close();
        act("join", { person: person.id, inviter });
      }),
    ),
  );
  if ((await ask("join", "join-name")) !== "ok") return;
  act("join", { name: $("join-name").value, inviter });
}

/** Asks for a link, and shares it. */
export async function shareLink() {
  const take = ([title, url]) => {
    $("share-name").value = title;
    $("share-url").value = url;
  };
  $("share-choices").replaceChildren(...LINKS.map((link) => choice([link[0]], () => take(link))));
  take(LINKS[0]);
  if ((await ask("share", "share-name")) !== "ok") return;
  act("share", { speaker: room.speaker, title: $("share-name").value, url: $("share-url").value });
}

/** Asks for a picture, and sends it. */
export function sendPicture() {
  const send = async (source) => {
    $("picture").close();
    const upload = await asUpload(source);
    if (upload) act("picture", { speaker: room.speaker, ...upload });
  };
  $("picture-choices").replaceChildren(
    ...SCENES.map((scene) => {
      const canvas = paint(scene);
      return el("button", { type: "button", "aria-label": scene.name, title: scene.name, onclick: () => send(canvas) }, canvas);
    }),
  );
  const file = $("picture-file");
  file.value = "";
  file.onchange = () => file.files[0] && send(file.files[0]);
  return ask("picture");
}

function ask(id, first) {
  const dialog = $(id);
  dialog.returnValue = "";
  dialog.querySelector(".cancel").onclick = () => dialog.close("");
  dialog.showModal();
  if (first) $(first).select();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue), { once: true }));
}

function choice(content, onclick) {
  return el("button", { type: "button", class: "choice", onclick }, ...content);
}

function freshName() {
  const taken = new Set(present().map((person) => person.name));
  return NEWCOMERS.find((name) => !taken.has(name)) ?? `成员 ${room.people.size + 1}`;
}
