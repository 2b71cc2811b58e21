// The live connection: told what happens, and started over when it was away too long.

import { get } from "./api.js";
import { $ } from "./dom.js";

const RETRY_MS = 2000;

/**
 * Shows the room as it is now and then everything that happens in it.
 * `begin` is given the whole state, `handlers` one function for each kind of happening.
 */
export async function follow(begin, handlers) {
  let state;
  try {
    state = await get("/sandbox/state");
  } catch (problem) {
    // The page that is shown instead says how to log in.
    if (problem.status === 401) return location.reload();
    $("connection").hidden = false;
    setTimeout(() => follow(begin, handlers), RETRY_MS);
    return;
  }
  begin(state);
  const source = new EventSource(`/sandbox/events?since=${encodeURIComponent(state.since)}`);
  const again = () => {
    source.close();
    follow(begin, handlers);
  };
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  }
  source.addEventListener("anew", again);
  source.addEventListener("open", () => ($("connection").hidden = true));
  source.addEventListener("error", () => {
    $("connection").hidden = false;
    if (source.readyState === EventSource.CLOSED) setTimeout(again, RETRY_MS);
  });
}
