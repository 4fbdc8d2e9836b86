// What is typed behind the bot's name: `@bot 杀价` asks, and what the bot offers is chosen above the composer.
import { act } from "./api.js";
import { byId, el } from "./dom.js";

const PAUSE_MS = 250; // of typing, before a phone asks
const KEPT = 20;

const box = byId("inline");
const early = new Map(); // answers by question: one may come before the page has heard which question it asked
let asking = null; // {person, text, query, results, button, more}
let marked = 0;
let timer = 0;
let chosen = () => {};

/** What is asked by a text that begins with the bot's name and a space, or with @bot, as the guides write it; null for
 * any other text. */
export function asks(text, username) {
  const [, name, words] = /^@(\w+)\s([^]*)$/.exec(text) ?? [];
  return name && ["bot", username.toLowerCase()].includes(name.toLowerCase()) ? words.trim() : null;
}

/** Ask once somebody pauses; null puts everything away. `done` is called when something was chosen. */
export function ask(person, words, done) {
  clearTimeout(timer);
  if (words === null) return close();
  if (asking?.person === person && asking.text === words) return undefined;
  chosen = done;
  asking = { person, text: words, query: null, results: null, button: null, more: "" };
  timer = setTimeout(() => put(asking, ""), PAUSE_MS);
  return undefined;
}

async function put(question, offset) {
  const sent = await act("inline", question.person, { text: question.text, offset });
  if (!sent || asking !== question) return;
  question.query = sent.result;
  if (early.has(question.query)) answered(early.get(question.query));
}

/** The bot's answer to a question. */
export function answered(event) {
  if (!asking || asking.query !== event.query) {
    early.set(event.query, event);
    while (early.size > KEPT) early.delete(early.keys().next().value);
    return;
  }
  early.delete(event.query);
  // What comes behind the first answer is put below it; each result is chosen from the answer that it came with.
  const found = event.results.map((item) => ({ ...item, query: event.query }));
  if (!asking.results) marked = 0;
  Object.assign(asking, { results: [...(asking.results ?? []), ...found], button: event.button, more: event.more });
  draw();
}

export function close() {
  clearTimeout(timer);
  asking = null;
  box.hidden = true;
}

/** Choose what is marked; false where nothing is offered yet. */
export function take() {
  const item = asking?.results?.[marked];
  if (item) choose(item);
  return Boolean(item);
}

function choose(item) {
  const { person } = asking;
  close();
  chosen();
  act("offered", person, { query: item.query, result: item.id });
}

/** True when the key was used to move in, choose from or leave the results. */
export function steer(event) {
  const count = box.hidden ? 0 : (asking?.results?.length ?? 0);
  if (event.key === "Escape" && !box.hidden) close();
  else if (!count) return false;
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    marked = (marked + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
    draw();
  } else return false;
  return true;
}

function draw() {
  const { person, query, results, button, more } = asking;
  const above = button ? [el("button", { type: "button", onclick: () => { close(); chosen(); act("above", person, { query }); } }, el("b", {}, button.text))] : [];
  const rows = results.map((item, index) => el(
    `button${index === marked ? ".marked" : ""}`,
    { type: "button", role: "option", "aria-selected": String(index === marked), dataset: { result: item.id }, onclick: () => choose(item) },
    el("b", {}, item.title), item.description ? el("span", {}, item.description) : null,
  ));
  const below = more ? [el("button", { type: "button", onclick: () => put(asking, more) }, el("span", {}, "再看一些"))] : [];
  const none = results.length || button ? [] : [el("p", {}, "没有找到，换几个字试试")];
  box.replaceChildren(...above, ...rows, ...below, ...none);
  box.hidden = false;
  box.querySelector(".marked")?.scrollIntoView({ block: "nearest" });
}
