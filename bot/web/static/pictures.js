// Pictures to send: a few that are painted here, and the user's own, made small.

import { el, toast } from "./dom.js";

export const SCENES = [
  { name: "一杯茶", sign: "🍵", from: "#dfe9d0", to: "#9dbf8a" },
  { name: "护手霜", sign: "🧴", from: "#f6e2dc", to: "#dba79c" },
  { name: "跑鞋", sign: "👟", from: "#dbe7f3", to: "#93b3d6" },
  { name: "小饼干", sign: "🍪", from: "#f5e8cf", to: "#d9b277" },
];
const WIDEST_PX = 720;
const QUALITY = 0.8;

/** A scene as a canvas; the same scene has the same content each time. */
export function paint({ sign, from, to }) {
  const canvas = el("canvas", { width: 480, height: 360 });
  const pen = canvas.getContext("2d");
  const light = pen.createLinearGradient(0, 0, 480, 360);
  light.addColorStop(0, from);
  light.addColorStop(1, to);
  pen.fillStyle = light;
  pen.fillRect(0, 0, 480, 360);
  pen.fillStyle = "rgb(255 255 255 / 35%)";
  pen.beginPath();
  pen.ellipse(240, 285, 150, 26, 0, 0, 2 * Math.PI);
  pen.fill();
  pen.font = "170px sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(sign, 240, 185);
  return canvas;
}

/** A canvas or a file as the body of a request; null, and a word to the user, when it is no picture. */
export async function asUpload(source) {
  const canvas = source instanceof HTMLCanvasElement ? source : await shrink(source);
  if (!canvas) return null;
  const [, content] = canvas.toDataURL("image/jpeg", QUALITY).split(",");
  return { kind: "image/jpeg", content };
}

async function shrink(file) {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, WIDEST_PX / Math.max(bitmap.width, bitmap.height));
    const canvas = el("canvas", {
      width: Math.max(1, Math.round(bitmap.width * scale)),
      height: Math.max(1, Math.round(bitmap.height * scale)),
    });
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas;
  } catch {
    toast("这个文件不是图片");
    return null;
  }
}
