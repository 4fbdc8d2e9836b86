// The list of messages: what is in it, where it is scrolled to, and which buttons wait for an answer.
import { bubble, regroup } from "./bubbles.js";
import { byId } from "./dom.js";
import { clockNow } from "./clock.js";

const NEAR_BOTTOM = 140; // pixels from the end that still count as "at the end"
const GIVE_UP_MS = 20000; // a button stops waiting, as it does on a phone

const list = byId("messages");
const jump = byId("jump");
const count = byId("jump-count");
const messages = new Map();
const waits = new Map(); // query id -> {message, data}
let hooks = {};
let idle = 0;
let unseen = 0;
let following = true; // the end is kept in view until somebody scrolls up
let lastTop = 0;

export const setHooks = (given) => { hooks = given; };
export const newest = () => [...messages.values()].at(-1);

const atEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_BOTTOM;
const waiting = (id, data) => [...waits.values()].some((wait) => wait.message === id && wait.data === data);
const make = (message) => bubble(message, { hooks, waiting });
const find = (id) => list.querySelector(`[data-message-id="${id}"]`);

/** Group the bubbles and name the days anew. */
export function settle() {
  regroup(list, [...messages.values()], clockNow());
  showDays();
}

/** Show another person's chat from its end. */
export function showAll(all) {
  messages.clear();
  waits.clear();
  for (const message of all) messages.set(message.id, message);
  list.replaceChildren(...all.map(make));
  settle();
  toEnd("instant");
}

export function add(message) {
  if (messages.has(message.id)) return replace(message);
  const stay = following || !message.from_bot;
  messages.set(message.id, message);
  const node = make(message);
  node.classList.add("new");
  list.append(node);
  settle();
  if (stay) toEnd("smooth");
  else showJump(unseen + 1);
  return undefined;
}

export function replace(message) {
  if (!messages.has(message.id)) return;
  const stay = following;
  messages.set(message.id, message);
  const old = find(message.id);
  const open = [...old.querySelectorAll(".expandable")].map((quote) => quote.classList.contains("open"));
  const fresh = make(message);
  fresh.querySelectorAll(".expandable").forEach((quote, index) => quote.classList.toggle("open", open[index] ?? false));
  fresh.classList.add("changed");
  old.replaceWith(fresh);
  settle();
  if (stay) toEnd("smooth");
}

export function remove(id) {
  if (!messages.delete(id)) return;
  const node = find(id);
  node.classList.add("gone");
  node.removeAttribute("data-message-id");
  setTimeout(() => node.remove(), 180);
  settle();
}

/** A button was tapped; it shows so until `answer` or until the wait is too long. */
export function wait(query, message, data) {
  waits.set(query, { message, data });
  redraw(message);
  setTimeout(() => answer(query), GIVE_UP_MS);
}

export function answer(query) {
  const found = waits.get(query);
  if (!found) return;
  waits.delete(query);
  redraw(found.message);
}

function redraw(id) {
  for (const node of find(id)?.querySelectorAll("[data-callback]") ?? []) {
    const busy = waiting(id, node.dataset.callback);
    node.classList.toggle("busy", busy);
    if (busy) node.setAttribute("aria-busy", "true");
    else node.removeAttribute("aria-busy");
  }
}

/** Scroll to a message and let it light up. */
export function goTo(id) {
  const node = find(id);
  node?.scrollIntoView({ block: "center", behavior: "smooth" });
  node?.classList.remove("lit");
  requestAnimationFrame(() => node?.classList.add("lit"));
}

export function toEnd(behavior = "smooth") {
  following = true;
  list.scrollTo({ top: list.scrollHeight, behavior });
  showJump(0);
}

function showJump(number) {
  unseen = number;
  jump.hidden = following && !unseen;
  count.hidden = !unseen;
  count.textContent = unseen;
}

/** The date stays on top while one scrolls and then gets out of the way of the text. */
function hidePassingDays() {
  const top = list.getBoundingClientRect().top;
  for (const day of list.querySelectorAll(".day")) {
    const next = day.nextElementSibling?.getBoundingClientRect().top ?? Infinity;
    const box = day.getBoundingClientRect();
    day.classList.toggle("passing", box.top - top < 16 && next < box.bottom - 4);
  }
}

/** Several dates that stick to the top lie on each other: only the last of them is seen. */
function coverDays() {
  const days = [...list.querySelectorAll(".day")];
  const boxes = days.map((day) => day.getBoundingClientRect());
  days.forEach((day, index) => day.classList.toggle("covered", index + 1 < days.length && boxes[index + 1].top < boxes[index].bottom));
}

/** The dates as they stand after a move, and soon out of the way again. */
function showDays() {
  for (const day of list.querySelectorAll(".passing")) day.classList.remove("passing");
  coverDays();
  clearTimeout(idle);
  idle = setTimeout(hidePassingDays, 900);
}

list.addEventListener("scroll", () => {
  if (atEnd()) following = true;
  else if (list.scrollTop < lastTop - 2) following = false;
  lastTop = list.scrollTop;
  showJump(following ? 0 : unseen);
  showDays();
}, { passive: true });
jump.addEventListener("click", () => toEnd());
new ResizeObserver(() => { if (following) toEnd("instant"); }).observe(list);
list.addEventListener("load", () => { if (following) toEnd("instant"); }, true);
