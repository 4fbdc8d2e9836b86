// Text and entities to elements. Offsets are UTF-16 units, which is what JavaScript strings count.
import { el } from "./dom.js";
import { copy } from "./dialogs.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };

/** A fragment for the text; `hooks.onLink(url)` and `hooks.onCommand(text)` may take over a tap. */
export function rich(text, entities, hooks) {
  const ordered = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fragment.append(...nodes(text, ordered, 0, text.length, hooks));
  return fragment;
}

const BLOCKS = "blockquote, pre";
const isBlock = (node) => node instanceof Element && node.matches(BLOCKS);

/** A block starts its own line, so the line break behind it would show as an empty line. */
function unspaced(made) {
  return made.map((node, index) => {
    if (typeof node !== "string") return node;
    return isBlock(made[index - 1]) ? node.replace(/^\n/, "") : node;
  });
}

function nodes(text, entities, start, end, hooks) {
  const made = [];
  let at = start;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || entity.offset >= end) continue;
    if (entity.offset > at) made.push(text.slice(at, entity.offset));
    const inner = entities.slice(index + 1).filter((other) => other.offset < stop);
    made.push(wrap(entity, text.slice(entity.offset, stop), nodes(text, inner, entity.offset, stop, hooks), hooks));
    at = stop;
  }
  if (at < end) made.push(text.slice(at, end));
  return unspaced(made);
}

function wrap(entity, words, children, hooks) {
  const { type } = entity;
  if (TAGS[type]) return el(TAGS[type], {}, ...children);
  if (type === "code") return copied("code", words, children);
  if (type === "pre") return copied("pre", words, children);
  if (type === "spoiler") return spoiler(children);
  if (type === "blockquote") return el("blockquote", {}, ...children);
  if (type === "expandable_blockquote") return expandable(children);
  if (type === "text_link") return link(entity.url, children, hooks);
  if (type === "url") return link(/^[a-z]+:/i.test(words) ? words : `https://${words}`, children, hooks);
  if (type === "email") return el("a", { href: `mailto:${words}` }, ...children);
  if (type === "bot_command") return tapped("command", () => hooks.onCommand(words), children);
  if (type === "mention" || type === "hashtag") return el("span.mention", {}, ...children);
  return el("span", {}, ...children);
}

function link(url, children, hooks) {
  const safe = /^(https?:|tg:|mailto:|tel:)/i.test(url) ? url : "#";
  const take = (event) => {
    if (hooks.onLink(url)) event.preventDefault();
  };
  return el("a", { href: safe, target: "_blank", rel: "noopener noreferrer", onclick: take }, ...children);
}

function tapped(kind, act, children) {
  return el(`a.${kind}`, { href: "#", role: "button", onclick: (event) => { event.preventDefault(); act(); } }, ...children);
}

function copied(tag, words, children) {
  return el(tag, { title: "点一下复制", tabindex: "0", onclick: () => copy(words) }, ...children);
}

function spoiler(children) {
  const node = el("span.spoiler", { role: "button", tabindex: "0", "aria-label": "点开看隐藏的内容" }, ...children);
  const reveal = () => {
    node.classList.add("shown");
    node.removeAttribute("aria-label");
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => event.key === "Enter" && reveal());
  return node;
}

function expandable(children) {
  const node = el("blockquote.expandable", { role: "button", tabindex: "0", "aria-expanded": "false" }, ...children);
  const toggle = () => {
    const open = node.classList.toggle("open");
    node.setAttribute("aria-expanded", String(open));
  };
  node.addEventListener("click", (event) => !event.target.closest("a") && toggle());
  node.addEventListener("keydown", (event) => event.key === "Enter" && toggle());
  return node;
}
