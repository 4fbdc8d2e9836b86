// Talking to the sandbox. Every POST carries the header that tells it the request comes from this page.
import { toast } from "./dialogs.js";

const HEADER = { "X-Zhike-Demo": "1" };

async function answered(request) {
  let response;
  try {
    response = await request;
  } catch {
    toast("没有连上演示程序，稍后再试");
    return null;
  }
  const body = await response.json().catch(() => ({ ok: false, error: "演示程序出错了" }));
  if (!response.ok) {
    toast(body.error ?? "演示程序出错了");
    return null;
  }
  return body;
}

/** The state of one person's phone, or of the first person's; null after showing why not. */
export function loadState(person) {
  return answered(fetch(`/demo/state${person ? `?person=${encodeURIComponent(person)}` : ""}`));
}

export function post(path, facts) {
  const headers = { ...HEADER, "Content-Type": "application/json" };
  return answered(fetch(path, { method: "POST", headers, body: JSON.stringify(facts) }));
}

/** One action of a person, such as `act("say", 11, {text: "…"})`. */
export function act(verb, person, facts = {}) {
  return post(`/demo/act/${verb}`, { person, ...facts });
}

export function upload(person, kind, file, caption) {
  const form = new FormData();
  form.append("person", String(person));
  form.append("kind", kind);
  form.append("caption", caption);
  form.append("file", file, file.name || "file");
  return answered(fetch("/demo/upload", { method: "POST", headers: HEADER, body: form }));
}

/** Server-sent events for as long as the page lives. `onOpen` runs at the start and after each gap: load everything then. */
export function listen({ onEvent, onGone, onOpen }) {
  const connect = () => {
    const source = new EventSource("/demo/events");
    source.onopen = onOpen;
    source.onmessage = (message) => onEvent(JSON.parse(message.data));
    source.onerror = () => {
      onGone();
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 1500);
    };
    addEventListener("beforeunload", () => source.close(), { once: true });
  };
  connect();
}
