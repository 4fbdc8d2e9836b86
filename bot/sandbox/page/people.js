// Whose phone it is: the list of people with what they have not read.
import { post } from "./api.js";
import { askText } from "./dialogs.js";
import { avatar, byId, el } from "./dom.js";
import { whenShort } from "./times.js";
import { clockNow } from "./clock.js";

const list = byId("people");
let people = [];

export const everyone = () => people;
export const named = (id) => people.find((person) => person.id === id);

export function setPeople(all, current, choose) {
  people = all;
  drawPeople(current, choose);
}

/** Change what the list says about one person. */
export function note(id, facts, current, choose) {
  const person = named(id);
  if (!person) return;
  Object.assign(person, facts);
  drawPeople(current, choose);
}

function drawPeople(current, choose) {
  const focused = document.activeElement?.dataset?.person;
  list.replaceChildren(...people.map((person) => el("li", {}, row(person, person.id === current, choose))));
  if (focused) list.querySelector(`[data-person="${focused}"]`)?.focus({ preventScroll: true });
}

function row(person, chosen, choose) {
  const last = person.last;
  const unread = chosen ? 0 : person.unread;
  const words = last ? `${last.from_bot ? "" : "我："}${last.text}` : "还没有聊过";
  return el(
    `button.person${chosen ? ".chosen" : ""}`,
    {
      type: "button",
      dataset: { person: person.id },
      "aria-current": chosen ? "true" : null,
      "aria-label": `${person.name}，${person.role}${unread ? `，${unread} 条未读` : ""}`,
      onclick: () => choose(person.id),
    },
    el("span.avatar-slot", {}, avatar(person), unread ? el("span.badge", {}, unread > 99 ? "99+" : unread) : null),
    el("span.person-text", {},
      el("span.person-line", {},
        el("strong", {}, person.name),
        person.role ? el("small.role", {}, person.role) : null,
        last ? el("time", {}, whenShort(last.sent, clockNow())) : null),
      el("span.person-last", {}, words)),
  );
}

/** Ask for a name and make a person the bot has never heard of. */
export async function addPerson(choose) {
  const name = await askText("添加一个人", "名字，比如：小陈", "添加");
  if (!name) return;
  const answer = await post("/demo/people", { name });
  if (answer) choose(answer.person);
}
