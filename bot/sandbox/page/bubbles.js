// One message as a bubble, and how neighbours share tails and corners.
import { el, icon } from "./dom.js";
import { rich } from "./rich.js";
import { dayName, hhmm, sameDay } from "./times.js";

const GROUP_SECONDS = 300; // messages of one side within this time sit together
const SIZE_STEPS = ["B", "KB", "MB", "GB"];

/** A list item. `waiting` tells which inline buttons still wait for an answer. */
export function bubble(message, { hooks, waiting }) {
  const side = message.from_bot ? "in" : "out";
  const sticker = message.media?.kind === "sticker";
  const picture = message.media?.kind === "photo" && !message.text;
  const body = el(`div.bubble${sticker ? ".bare" : ""}`, { tabindex: "-1" }, ...parts(message, hooks), meta(message, sticker || picture));
  const item = el(`li.message.${side}`, {
    dataset: { testid: "message", messageId: message.id },
    "aria-label": message.from_bot ? "机器人的消息" : "我的消息",
  }, el("div.stack", {}, body, message.buttons.length ? keys(message, hooks, waiting) : null));
  item.append(opener(message, hooks));
  listenForMenu(body, message, hooks);
  return item;
}

function opener(message, hooks) {
  const open = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    hooks.onMenu(message, box.left, box.bottom + 4);
  };
  return el("button.message-menu", { type: "button", "aria-label": "消息操作", "aria-haspopup": "menu", onclick: open }, icon("more"));
}

function listenForMenu(node, message, hooks) {
  node.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    hooks.onMenu(message, event.clientX, event.clientY);
  });
  let timer = 0;
  node.addEventListener("touchstart", (event) => {
    const { clientX, clientY } = event.touches[0];
    timer = setTimeout(() => hooks.onMenu(message, clientX, clientY), 480);
  }, { passive: true });
  for (const end of ["touchend", "touchmove", "touchcancel"]) {
    node.addEventListener(end, () => clearTimeout(timer), { passive: true });
  }
}

function parts(message, hooks) {
  const text = shown(message);
  return [
    message.origin ? el("div.origin", {}, "转发自 ", el("strong", {}, message.origin)) : null,
    message.via_bot ? el("div.origin", {}, "来自 ", el("strong", {}, hooks.botName())) : null,
    message.reply ? quote(message.reply, hooks) : null,
    message.media ? media(message.media, hooks, shown(message)) : null,
    text ? el("div.text", {}, rich(text, text === message.text ? message.entities : [], hooks)) : null,
  ];
}

/** A deep link's payload stays behind /start, as on a phone. */
const shown = (message) => (!message.from_bot && message.text.startsWith("/start ") ? "/start" : message.text);

function quote(reply, hooks) {
  const name = reply.from_bot ? hooks.botName() : "我";
  return el("button.quote", { type: "button", onclick: () => hooks.onGoTo(reply.id) }, el("strong", {}, name), el("span", {}, reply.text));
}

function meta(message, bare) {
  const time = el("time", { datetime: new Date(message.sent * 1000).toISOString() }, hhmm(message.sent));
  const edited = message.edited ? el("span.edited", {}, "已编辑") : null;
  const ticks = message.from_bot ? null : el("span.ticks", { role: "img", "aria-label": "已送达" }, icon("ticks"));
  return el(`span.meta${bare ? ".bare" : ""}`, {}, edited, time, ticks);
}

function media(item, hooks, caption) {
  if (item.kind === "photo") return photo(item, hooks, caption);
  if (item.kind === "document") return file(item);
  if (item.kind === "voice") return voice(item);
  if (item.kind === "contact") return el("div.contact", {}, el("span.avatar", {}, item.first_name?.[0] ?? "?"), el("span", {}, el("strong", {}, item.first_name), el("span", {}, item.phone_number)));
  return el("div.sticker", { role: "img", "aria-label": `贴纸 ${item.emoji}` }, item.emoji);
}

const address = (item) => `/demo/file/${encodeURIComponent(item.file_id)}`;

/** The first line of a caption says what the picture shows. */
function photo(item, hooks, caption) {
  const image = el("img", { src: address(item), alt: caption.split("\n")[0] || "图片", loading: "lazy", width: item.width, height: item.height });
  image.style.aspectRatio = `${item.width} / ${item.height}`;
  return el("button.photo", { type: "button", "aria-label": "放大图片", onclick: () => hooks.onPhoto(address(item)) }, image);
}

function file(item) {
  const words = el("span.file-text", {}, el("strong", {}, item.file_name || "文件"), el("span", {}, size(item.file_size)));
  return el("a.file", { href: `${address(item)}?download`, download: item.file_name || "" }, el("span.file-icon", {}, icon("file")), words);
}

function size(bytes) {
  let amount = bytes ?? 0;
  let step = 0;
  while (amount >= 1024 && step < SIZE_STEPS.length - 1) {
    amount /= 1024;
    step += 1;
  }
  return `${step ? amount.toFixed(1) : amount} ${SIZE_STEPS[step]}`;
}

function voice(item) {
  const bars = Array.from({ length: 28 }, (_, index) => {
    const bar = el("i");
    bar.style.height = `${5 + Math.abs(Math.sin(index * 1.7) * Math.cos(index * 0.6)) * 17}px`;
    return bar;
  });
  const seconds = `0:${String(item.duration ?? 0).padStart(2, "0")}`;
  return el("div.voice", { "aria-label": `语音，${item.duration} 秒` }, el("span.file-icon", {}, icon("play")), el("span.bars", {}, ...bars), el("span.voice-time", {}, seconds));
}

function keys(message, hooks, waiting) {
  const rows = message.buttons.map((row) => el("div.keys-row", {}, ...row.map((button) => key(message, button, hooks, waiting))));
  return el("div.keys", { role: "group", "aria-label": "按钮" }, ...rows);
}

function key(message, button, hooks, waiting) {
  const busy = button.data !== null && waiting(message.id, button.data);
  const facts = {
    type: "button",
    dataset: { testid: "inline-button", ...(button.data === null ? {} : { callback: button.data }) },
    "aria-busy": busy ? "true" : null,
    onclick: () => hooks.onButton(message, button),
  };
  return el(`button.key${busy ? ".busy" : ""}`, facts, el("span", {}, button.text), button.url ? icon("link") : null);
}

/** Put day separators between days, and tails on the last bubble of each group. */
export function regroup(list, messages, nowMs) {
  for (const old of list.querySelectorAll(".day")) old.remove();
  messages.forEach((message, index) => {
    const item = list.querySelector(`[data-message-id="${message.id}"]`);
    const [before, after] = [messages[index - 1], messages[index + 1]];
    item?.classList.toggle("first", !together(before, message));
    item?.classList.toggle("last", !together(message, after));
    if (item && (!before || !sameDay(before.sent, message.sent))) {
      item.before(el("li.day", { role: "separator" }, el("span", {}, dayName(message.sent, nowMs))));
    }
  });
}

const together = (a, b) =>
  Boolean(a && b) && a.from_bot === b.from_bot && Math.abs(b.sent - a.sent) < GROUP_SECONDS && sameDay(a.sent, b.sent);
