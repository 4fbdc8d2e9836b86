// The demo's clock: shown ticking, and moved on by the person watching.
import { post } from "./api.js";
import { byId } from "./dom.js";
import { toast } from "./dialogs.js";
import { dateOf, fieldValue, hourOf, shortDate, timeOf } from "./times.js";

const EVENING_HOUR = 18;
let shown = Date.now(); // demo milliseconds at `since`
let since = performance.now();

/** The demo's time in milliseconds, ticking between two words of the server. */
export const clockNow = () => shown + performance.now() - since;

export function setClock(iso, morning) {
  if (morning) document.querySelector('[data-jump="morning"]').textContent = morning;
  shown = new Date(iso).getTime();
  since = performance.now();
  draw();
}

function draw() {
  const now = new Date(clockNow());
  byId("clock-time").textContent = timeOf(now);
  byId("clock-date").textContent = dateOf(now);
  byId("clock-chip-text").textContent = `${shortDate(now)} ${timeOf(now)}`;
  document.querySelector('[data-jump="evening"]').textContent = hourOf(now) < EVENING_HOUR ? "到今晚 18:00" : "到明晚 18:00";
}

async function jumpTo(to, onJumped) {
  const buttons = document.querySelectorAll(".clock-buttons button, .clock-form button");
  buttons.forEach((button) => { button.disabled = true; });
  document.body.classList.add("jumping");
  const answer = await post("/demo/clock", { to });
  document.body.classList.remove("jumping");
  buttons.forEach((button) => { button.disabled = false; });
  if (!answer) return;
  setClock(answer.now, answer.morning);
  toast(`现在是 ${dateOf(new Date(clockNow()))} ${timeOf(new Date(clockNow()))}`);
  byId("clock-form").hidden = true;
  byId("clock-choose").setAttribute("aria-expanded", "false");
  onJumped();
}

/** `onJumped` runs after each jump, to make room for what it brought. */
export function startClock(onJumped) {
  setInterval(draw, 1000);
  for (const button of document.querySelectorAll("[data-jump]")) {
    button.addEventListener("click", () => jumpTo(button.dataset.jump, onJumped));
  }
  byId("clock-choose").addEventListener("click", () => {
    const form = byId("clock-form");
    form.hidden = !form.hidden;
    byId("clock-choose").setAttribute("aria-expanded", String(!form.hidden));
    byId("clock-input").min = fieldValue(new Date(clockNow()));
    byId("clock-input").value = fieldValue(new Date(clockNow() + 3600000));
  });
  byId("clock-form").addEventListener("submit", (event) => {
    event.preventDefault();
    jumpTo(byId("clock-input").value, onJumped);
  });
}
