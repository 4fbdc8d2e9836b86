// The page put together: one person's chat, kept up to date by events, and what each tap does.
import { act, listen, loadState } from "./api.js";
import { setClock, startClock } from "./clock.js";
import { focusComposer, pick, refer, say, setComposer, startComposer } from "./composer.js";
import { alertText, askPerson, copy, menuAt, notice, toast } from "./dialogs.js";
import { byId, el } from "./dom.js";
import { answered } from "./inline.js";
import * as log from "./log.js";
import { addPerson, everyone, named, note, setPeople } from "./people.js";
import { closeSide, openSide, startSide } from "./side.js";
import { setZone } from "./times.js";

const HANDLING_DELAY_MS = 350; // a quick answer needs no "typing"
const TYPING_MS = 5000; // how long one sendChatAction lasts
const HANDLING_MS = 6000;

let current = 0;
let bot = { name: "知客", username: "", description: "" };
let chat = null;
let loading = 0;
let shows = 0;
const held = [];
const timers = {};

/** Show a person's phone. Events that come meanwhile are held back, then applied on top of what was loaded. */
async function show(person) {
  loading += 1;
  shows += 1;
  const turn = shows;
  const state = await loadState(person);
  if (state && turn === shows) draw(state);
  loading -= 1;
  if (!loading) held.splice(0).forEach(onEvent);
}

function draw(state) {
  current = state.person;
  ({ bot, chat } = state);
  history.replaceState(null, "", `#${current}`);
  setZone(state.tz);
  setClock(state.now, state.morning);
  byId("bot-name").textContent = bot.name;
  document.title = `${bot.name} · 演示`;
  document.querySelector(".bot-avatar").textContent = [...bot.name][0];
  idle();
  setPeople(state.people, current, choose);
  log.showAll(state.messages);
  apply(state.chat);
  document.querySelector(".person.chosen")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  seen();
}

function choose(person) {
  closeSide();
  show(person).then(focusComposer);
}

function apply(facts) {
  chat = facts;
  setComposer(current, facts, bot.username);
  drawEmpty();
}

function drawEmpty() {
  const box = byId("empty");
  box.hidden = Boolean(log.newest());
  const what = bot.description || "说说你马上要见的客户，我来告诉你他是哪一类人、怎么谈。";
  box.replaceChildren(el("div.empty-card", {}, el("strong", {}, "这个机器人能做什么？"), el("p", {}, what), example()));
}

/** Something to send with one tap, for somebody who can write already. */
function example() {
  if (!chat.started || chat.blocked) return null;
  const words = named(current)?.role === "主管" ? "/team" : "进门先看了一圈，问三句才回一句，价钱也没提";
  return el("button.example", { type: "button", dataset: { testid: "example" }, onclick: () => say(words) }, el("small", {}, "点一下就发"), words);
}

/** Tell the sandbox that everything is read, if somebody is looking. */
function seen() {
  const newest = log.newest();
  if (document.visibilityState === "visible" && newest?.from_bot) act("read", current);
}

function typing(words, forMs) {
  clearTimeout(timers.typing);
  const line = byId("bot-status");
  line.classList.add("typing");
  line.textContent = words;
  timers.typing = setTimeout(idle, forMs);
}

function idle() {
  clearTimeout(timers.typing);
  clearTimeout(timers.handling);
  byId("bot-status").classList.remove("typing");
  byId("bot-status").textContent = "机器人";
}

const summary = (message) => message.text.split("\n").find((line) => line.trim()) ?? "[媒体]";

function elsewhere(event) {
  const { message, person } = event;
  if (event.type !== "message") return;
  note(person, { unread: event.unread, last: { text: summary(message), from_bot: message.from_bot, sent: message.sent } }, current, choose);
  if (message.from_bot && named(person)) notice(named(person), summary(message), () => choose(person));
}

const HERE = {
  message({ message, unread }) {
    if (message.from_bot) idle();
    log.add(message);
    drawEmpty();
    note(current, { unread, last: { text: summary(message), from_bot: message.from_bot, sent: message.sent } }, current, choose);
    seen();
  },
  edit({ message }) {
    if (message.from_bot) idle();
    log.replace(message);
  },
  delete({ message }) {
    log.remove(message.id);
    drawEmpty();
  },
  chat({ chat: facts }) {
    apply(facts);
    note(current, { unread: facts.unread }, current, choose);
  },
  tap({ query, message_id: message, data }) { log.wait(query, message, data); },
  answer(event) {
    log.answer(event.query);
    idle();
    if (event.text && event.alert) alertText(event.text);
    else if (event.text) toast(event.text);
    if (event.url) openLink(event.url);
  },
  inline: answered,
  typing({ action }) {
    typing(action.startsWith("upload") ? "正在发送文件" : "正在输入", TYPING_MS);
  },
  handling() {
    clearTimeout(timers.handling);
    timers.handling = setTimeout(() => typing("正在输入", HANDLING_MS), HANDLING_DELAY_MS);
  },
};

function onEvent(event) {
  if (loading) held.push(event);
  else if (event.type === "clock") setClock(event.now, event.morning);
  else if (event.type === "people" || event.type === "reload") reload();
  else if (event.person === current) HERE[event.type]?.(event);
  else if (event.type === "chat") note(event.person, { unread: event.chat.unread }, current, choose);
  else elsewhere(event);
}

/** Several changes of commands come in one breath; load once. */
function reload() {
  clearTimeout(timers.reload);
  timers.reload = setTimeout(async () => {
    const state = await loadState(current);
    if (!state || state.person !== current) return;
    ({ bot } = state);
    byId("bot-name").textContent = bot.name;
    setPeople(state.people, current, choose);
    apply(state.chat);
  }, 120);
}

/** True when the link is one of this bot's deep links, which open here instead of in a browser. */
function openLink(url) {
  const link = /^https?:\/\/(?:t\.me|telegram\.me)\/(\w+)\/?(?:\?|$)/i.exec(url);
  if (!link || link[1].toLowerCase() !== bot.username.toLowerCase()) return false;
  openAs(url);
  return true;
}

async function openAs(link) {
  const people = everyone();
  const first = named(current);
  const who = people.length > 1
    ? await askPerson("以谁的身份打开", [first, ...people.filter((person) => person !== first)])
    : first;
  if (!who) return;
  if (who.id !== current) await show(who.id);
  await act("open", who.id, { link });
}

function onButton(message, button) {
  if (button.url) {
    if (!openLink(button.url)) window.open(button.url, "_blank", "noopener,noreferrer");
  } else if (button.copy) copy(button.copy);
  else if (button.data !== null) act("tap", current, { message_id: message.id, data: button.data });
}

function onMenu(message, x, y) {
  const own = !message.from_bot && !message.media && !message.origin;
  menuAt(x, y, [
    { icon: "reply", label: "回复", act: () => refer({ kind: "reply", message }) },
    ...(message.text ? [{ icon: "copy", label: "复制", act: () => copy(message.text) }] : []),
    ...(own ? [{ icon: "edit", label: "编辑", act: () => refer({ kind: "edit", message }) }] : []),
    { icon: "forward", label: "转发给机器人", act: () => act("forward", current, { message_id: message.id }) },
  ]);
}

function onPhoto(address) {
  const dialog = byId("dialog");
  dialog.replaceChildren(el("button.viewer", { type: "button", "aria-label": "关闭图片", onclick: () => dialog.close() }, el("img", { src: address, alt: "图片" })));
  dialog.classList.add("picture");
  dialog.addEventListener("close", () => dialog.classList.remove("picture"), { once: true });
  dialog.showModal();
}

function below(button) {
  const box = button.getBoundingClientRect();
  return [box.left, box.bottom + 6];
}

function moreMenu(event) {
  menuAt(...below(event.currentTarget), [
    { icon: "clock", label: "演示时间与说明", act: openSide },
    chat?.blocked
      ? { icon: "play", label: "恢复使用机器人", act: () => act("block", current, { blocked: false }) }
      : { icon: "close", label: "停用机器人", danger: true, act: () => act("block", current, { blocked: true }) },
  ]);
}

function clipMenu(event) {
  const box = event.currentTarget.getBoundingClientRect();
  menuAt(box.right - 170, box.top - 110, [
    { icon: "image", label: "图片", act: () => pick("photo") },
    { icon: "file", label: "文件", act: () => pick("document") },
  ]);
}

log.setHooks({
  onLink: openLink, onCommand: say, onButton, onMenu, onPhoto, onGoTo: log.goTo, botName: () => bot.name,
});
startClock(() => {
  closeSide();
  log.settle();
});
startComposer();
byId("theme").addEventListener("click", () => window.toggleTheme());
byId("more").addEventListener("click", moreMenu);
byId("clip").addEventListener("click", clipMenu);
byId("add-person").addEventListener("click", () => addPerson(choose));
startSide();
document.addEventListener("visibilitychange", seen);
listen({
  onEvent,
  onGone: () => { byId("offline").hidden = false; },
  onOpen: async () => {
    byId("offline").hidden = true;
    await show(current || Number(location.hash.slice(1)) || 0);
    if (!current) await show(0);
    focusComposer();
  },
});
