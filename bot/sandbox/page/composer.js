// Where a person writes: text, commands, reply keyboard, stickers, files, answers and corrections.
import { act, upload } from "./api.js";
import { toast } from "./dialogs.js";
import { byId, el } from "./dom.js";
import * as inline from "./inline.js";

const STICKERS = ["👍", "👌", "🤝", "🎉", "😊", "😅", "🤔", "💪", "🙏", "❤️", "🔥", "☕️"];
const TALLEST = 150;

const input = byId("composer");
const popup = byId("commands");
const stickers = byId("stickers");
let person = 0;
let chat = { commands: [], keyboard: null, started: true, blocked: false };
let username = ""; // the bot's
let reference = null; // {kind: "reply" | "edit", message}
let marked = 0;

const draftKey = () => `draft:${person}`;

/** Show the composer of a person: their draft, keyboard and commands, and the name by which the bot is asked. */
export function setComposer(who, facts, name) {
  username = name;
  if (who !== person) {
    // Written before the page knew whose it is; an Enter that nobody heard yet left a line break.
    const early = person ? "" : input.value.trim();
    refer(null); // still of whoever wrote: what a correction leaves behind is theirs
    person = who;
    input.value = early || (localStorage.getItem(draftKey()) ?? "");
    if (early) localStorage.setItem(draftKey(), early);
    closePopups();
  }
  chat = facts;
  const open = facts.started && !facts.blocked;
  byId("composer-form").hidden = !open;
  byId("start").hidden = facts.started || facts.blocked;
  byId("unblock").hidden = !facts.blocked;
  byId("menu-button").hidden = !facts.commands.length;
  drawKeyboard(open ? facts.keyboard : null);
  grow();
}

export const focusComposer = () => matchMedia("(hover: hover)").matches && input.focus();

function grow() {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, TALLEST)}px`;
  const writing = input.value.trim() !== "" || reference?.kind === "edit";
  byId("send").hidden = !writing;
  byId("voice").hidden = writing;
  byId("menu-button").classList.toggle("small", input.value !== "");
}

/** Send what is written; a text that did not arrive comes back. */
async function send() {
  const text = input.value.trim();
  if (inline.asks(input.value, username) !== null) {
    if (!inline.take()) toast("等机器人给出结果，再点一个");
    return;
  }
  if (!text || !person) return; // before the page knows who writes, what is written waits
  const [about, sender] = [reference, person];
  emptied();
  refer(null);
  closePopups();
  const sent = about?.kind === "edit"
    ? await act("edit", sender, { message_id: about.message.id, text })
    : await act("say", sender, { text, reply_to: about?.message.id ?? null });
  if (!sent && person === sender && !input.value) {
    input.value = text;
    localStorage.setItem(draftKey(), text);
    grow();
  }
}

export const say = (text) => act("say", person, { text });

/** Answer or correct a message; null calls it off. */
export function refer(next) {
  if (reference?.kind === "edit" && next?.kind !== "edit") emptied();
  reference = next;
  byId("reference").hidden = !next;
  if (next) {
    byId("reference-title").textContent = next.kind === "edit" ? "编辑消息" : "回复";
    byId("reference-body").textContent = next.message.text || "[媒体]";
    byId("reference").querySelector("use").setAttribute("href", next.kind === "edit" ? "#i-edit" : "#i-reply");
    if (next.kind === "edit") input.value = next.message.text;
    input.focus();
  }
  grow();
}

function drawKeyboard(keyboard) {
  const rows = keyboard?.keyboard ?? [];
  const box = byId("keyboard");
  byId("keyboard-toggle").hidden = !rows.length;
  input.placeholder = keyboard?.input_field_placeholder || "发消息";
  const press = (text) => () => act("press", person, { text });
  box.replaceChildren(...rows.map((row) => el("div.keyboard-row", {}, ...row.map((button) =>
    el("button", { type: "button", dataset: { reply: button.text }, onclick: press(button.text) }, button.text)))));
  box.hidden = !rows.length || byId("keyboard-toggle").getAttribute("aria-expanded") === "false";
}

function matching() {
  const typed = /^\/(\w*)$/.exec(input.value);
  return typed ? chat.commands.filter((item) => item.command.startsWith(typed[1])) : [];
}

function drawCommands(items) {
  popup.hidden = !items.length;
  byId("menu-button").setAttribute("aria-expanded", String(!popup.hidden));
  marked = Math.min(marked, Math.max(items.length - 1, 0));
  popup.replaceChildren(...items.map((item, index) => el(
    `button${index === marked ? ".marked" : ""}`,
    { type: "button", role: "option", "aria-selected": String(index === marked), dataset: { command: item.command }, onclick: () => choose(item) },
    el("b", {}, `/${item.command}`), el("span", {}, item.description),
  )));
  popup.querySelector(".marked")?.scrollIntoView({ block: "nearest" });
}

function choose(item) {
  emptied();
  closePopups();
  say(`/${item.command}`);
}

/** What is written is done with: neither the field nor the draft keeps anything of it to be sent. */
function emptied() {
  input.value = "";
  localStorage.removeItem(draftKey());
  grow();
}

const askInline = () => inline.ask(person, person && !reference ? inline.asks(input.value, username) : null, emptied);

function closePopups() {
  inline.close();
  popup.hidden = true;
  stickers.hidden = true;
  marked = 0;
  byId("menu-button").setAttribute("aria-expanded", "false");
  byId("sticker-button").setAttribute("aria-expanded", "false");
}

/** True when the key was used to move in, choose from or leave the command list. */
function steer(event) {
  if (popup.hidden || !matching().length) return false;
  const items = matching();
  if (event.key === "ArrowDown") marked = (marked + 1) % items.length;
  else if (event.key === "ArrowUp") marked = (marked - 1 + items.length) % items.length;
  else if (event.key === "Enter" || event.key === "Tab") { choose(items[marked]); return true; }
  else if (event.key === "Escape") { closePopups(); return true; }
  else return false;
  drawCommands(items);
  return true;
}

async function sendFile(kind, field) {
  const file = field.files[0];
  field.value = "";
  if (!file) return;
  const [caption, sender] = [input.value.trim(), person];
  toast("正在发送…");
  const sent = await upload(sender, kind, file, caption);
  if (sent && person === sender && input.value.trim() === caption) emptied();
}

export const pick = (kind) => byId(kind === "photo" ? "pick-photo" : "pick-file").click();

export function startComposer() {
  input.addEventListener("input", () => {
    if (person) localStorage.setItem(draftKey(), input.value);
    drawCommands(matching());
    askInline();
    grow();
  });
  input.addEventListener("keydown", (event) => {
    if (steer(event) || inline.steer(event)) event.preventDefault();
    else if (event.key === "Escape") refer(null);
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
  input.addEventListener("paste", (event) => {
    const file = [...event.clipboardData.files].find((item) => item.type.startsWith("image/"));
    if (file) upload(person, "photo", file, "");
  });
  byId("composer-form").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  byId("voice").addEventListener("click", () => act("voice", person));
  byId("start").addEventListener("click", () => say("/start"));
  byId("unblock").addEventListener("click", () => act("block", person, { blocked: false }));
  byId("reference-close").addEventListener("click", () => refer(null));
  byId("menu-button").addEventListener("click", () => {
    const open = popup.hidden;
    closePopups();
    if (open) drawCommands(chat.commands);
  });
  byId("sticker-button").addEventListener("click", () => {
    const open = stickers.hidden;
    closePopups();
    stickers.hidden = !open;
    byId("sticker-button").setAttribute("aria-expanded", String(open));
  });
  byId("keyboard-toggle").addEventListener("click", () => {
    const toggle = byId("keyboard-toggle");
    toggle.setAttribute("aria-expanded", String(toggle.getAttribute("aria-expanded") === "false"));
    drawKeyboard(chat.keyboard);
  });
  stickers.replaceChildren(...STICKERS.map((emoji) => el("button", {
    type: "button", "aria-label": `发送贴纸 ${emoji}`, onclick: () => { closePopups(); act("sticker", person, { emoji }); },
  }, emoji)));
  byId("pick-photo").addEventListener("change", (event) => sendFile("photo", event.target));
  byId("pick-file").addEventListener("change", (event) => sendFile("document", event.target));
  byId("messages").addEventListener("pointerdown", closePopups);
}
