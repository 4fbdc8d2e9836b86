// The clock and the guide: a column on a wide screen, a sheet from below on a phone.
import { byId } from "./dom.js";

export function openSide() {
  byId("side").classList.add("open");
  byId("scrim").hidden = false;
  byId("clock-chip").setAttribute("aria-expanded", "true");
}

export function closeSide() {
  byId("side").classList.remove("open");
  byId("scrim").hidden = true;
  byId("clock-chip").setAttribute("aria-expanded", "false");
}

export function startSide() {
  const chip = byId("clock-chip");
  chip.addEventListener("click", () => (byId("side").classList.contains("open") ? closeSide() : openSide()));
  byId("side-close").addEventListener("click", closeSide);
  byId("scrim").addEventListener("click", closeSide);
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeSide());
}
