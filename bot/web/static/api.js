// Asking the server.

import { toast } from "./dom.js";

/** What the server has at this path; an error is shown and thrown. */
export async function get(path) {
  return answer(await fetch(path, { headers: { Accept: "application/json" } }));
}

/** Asks for something to be done; null when it was refused, which is shown. */
export async function act(name, body) {
  try {
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    return await answer(await fetch(`/sandbox/${name}`, { method: "POST", headers, body: JSON.stringify(body) }));
  } catch (problem) {
    toast(problem instanceof Problem ? problem.message : "连不上机器人，请稍后再试");
    return null;
  }
}

async function answer(response) {
  if (response.ok) return response.json();
  const said = await response.json().catch(() => null);
  throw new Problem(said?.error?.message ?? "服务器没有回答", response.status);
}

export class Problem extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}
