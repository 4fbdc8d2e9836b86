// Light or dark before the first paint: what was chosen here, else what the system prefers.
"use strict";

(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("theme");
  const apply = () => {
    const dark = chosen() ? chosen() === "dark" : system.matches;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", dark ? "#17212b" : "#ffffff");
    document.querySelector("#theme use")?.setAttribute("href", dark ? "#i-sun" : "#i-moon");
  };
  system.addEventListener("change", apply);
  window.toggleTheme = () => {
    const dark = document.documentElement.dataset.theme === "dark";
    localStorage.setItem("theme", dark ? "light" : "dark");
    apply();
  };
  document.addEventListener("DOMContentLoaded", apply);
  apply();
})();
