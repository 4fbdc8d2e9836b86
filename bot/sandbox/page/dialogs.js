// Small things that come up over the chat: toasts, alerts, questions and menus.
import { avatar, byId, el, icon } from "./dom.js";

const TOAST_MS = 3800;

export function toast(text) {
  const node = el("div.toast", { "data-testid": "toast" }, text);
  const slot = byId("toasts");
  slot.replaceChildren(node);
  setTimeout(() => {
    node.classList.add("leaving");
    setTimeout(() => node.remove(), 250);
  }, TOAST_MS);
}

/** A message from elsewhere, at the top of the phone; a tap runs `open`. */
export function notice(person, text, open) {
  const body = el("span.notice-text", {}, el("strong", {}, `${person.name} 的手机`), el("span", {}, text));
  const node = el("button.notice", { type: "button", "data-testid": "notice" }, avatar(person), body);
  node.addEventListener("click", () => {
    node.remove();
    open();
  });
  byId("notices").replaceChildren(node);
  setTimeout(() => node.remove(), 6000);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("已复制");
  } catch {
    toast("浏览器不让复制");
  }
}

function show(title, ...children) {
  const dialog = byId("dialog");
  dialog.replaceChildren(...(title ? [el("h2", { id: "dialog-title" }, title)] : []), ...children);
  dialog.showModal();
  return dialog;
}

/** answerCallbackQuery with show_alert: it stays until it is closed. */
export function alertText(text) {
  const close = el("button.primary", { type: "button", onclick: () => byId("dialog").close() }, "知道了");
  show("", el("p.dialog-text", { "data-testid": "alert", id: "dialog-title" }, text), el("div.dialog-row", {}, close));
  close.focus();
}

/** Ask for one line; resolves to "" when it was called off. */
export function askText(title, placeholder, confirm) {
  return new Promise((resolve) => {
    const input = el("input", { type: "text", placeholder, maxlength: "16", "aria-label": title, "data-testid": "ask" });
    const cancel = el("button", { type: "button", onclick: () => byId("dialog").close() }, "取消");
    const form = el("form", { method: "dialog" }, input, el("div.dialog-row", {}, cancel, el("button.primary", { type: "submit" }, confirm)));
    const dialog = show(title, form);
    let answer = "";
    form.addEventListener("submit", () => { answer = input.value.trim(); });
    dialog.addEventListener("close", () => resolve(answer), { once: true });
    input.focus();
  });
}

/** Choose one of several people; resolves to null when it was called off. */
export function askPerson(title, people) {
  return new Promise((resolve) => {
    let answer = null;
    const dialog = byId("dialog");
    const rows = people.map((person) => el(
      "button.choice",
      { type: "button", dataset: { choose: person.id }, onclick: () => { answer = person; dialog.close(); } },
      avatar(person), el("span", {}, person.name), person.role ? el("small", {}, person.role) : null,
    ));
    show(title, el("div.choices", {}, ...rows), el("div.dialog-row", {}, el("button", { type: "button", onclick: () => dialog.close() }, "取消")));
    dialog.addEventListener("close", () => resolve(answer), { once: true });
  });
}

/** A menu at a point of the screen. Items are `{icon, label, act, danger}`. */
export function menuAt(x, y, items) {
  const menu = byId("context");
  const before = document.activeElement;
  const close = () => {
    menu.hidden = true;
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("keydown", keys, true);
  };
  const outside = (event) => !menu.contains(event.target) && close();
  const keys = (event) => {
    const buttons = [...menu.children];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") { close(); before?.focus(); }
    else if (event.key === "ArrowDown") buttons[(at + 1) % buttons.length].focus();
    else if (event.key === "ArrowUp") buttons[(at - 1 + buttons.length) % buttons.length].focus();
    else return;
    event.preventDefault();
  };
  menu.replaceChildren(...items.map((item) => el(
    `button${item.danger ? ".danger" : ""}`,
    { type: "button", role: "menuitem", onclick: () => { close(); item.act(); } },
    icon(item.icon), el("span", {}, item.label),
  )));
  menu.hidden = false;
  const box = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - box.width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - box.height - 8))}px`;
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("keydown", keys, true);
  menu.firstElementChild?.focus({ preventScroll: true });
}
