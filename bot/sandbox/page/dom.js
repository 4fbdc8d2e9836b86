// Building elements. Text only ever becomes a text node, so nothing a person writes is read as HTML.

/** `el("button.primary", {type: "button", onclick: f}, "文字", child)` */
export function el(name, facts = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(facts)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "dataset") Object.assign(node.dataset, value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export const byId = (id) => document.getElementById(id);

/** The first letter a name is known by: 王 of 王经理, the second of 小李 and 老张. */
export function initial(name) {
  const letters = [...name.trim()];
  return (/^[小老阿]/.test(name) && letters.length > 1 ? letters[1] : letters[0]) ?? "?";
}

export function avatar(person) {
  const node = el("span.avatar", { "aria-hidden": "true" }, initial(person.name));
  node.style.setProperty("--tint", person.color || tint(person.id));
  return node;
}

const TINTS = ["#e17076", "#65aadd", "#7bc862", "#a695e7", "#faa774", "#6ec9cb", "#ee7aae"];
export const tint = (id) => TINTS[Math.abs(id) % TINTS.length];
