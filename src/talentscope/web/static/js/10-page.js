// What every page shares: theme, dialogs, keyboard, announcements, and the cure of a fault of htmx 4's morph.
(() => {
  const root = document.documentElement;
  const isTyping = (target) => target.closest?.("input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable]");

  const showSwitch = () => document.querySelectorAll(".needs-js[hidden]").forEach((item) => { item.hidden = false; });

  const switchTheme = () => {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  };

  // The server writes a chosen theme into the page. One that the browser kept from before the choice is told now.
  const keepTheme = () => {
    const chosen = document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1];
    if (chosen && chosen !== root.dataset.theme) root.dataset.theme = chosen;
  };
  addEventListener("pageshow", keepTheme);

  // Keys that work anywhere can be switched off: who speaks to the computer presses them unawares (WCAG 2.1.4).
  const ANYWHERE = ["/", "j", "k", "?"];
  const areKeysOn = () => { try { return localStorage.getItem("single-keys") !== "off"; } catch { return true; } };
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-single-keys]")) return;
    try { localStorage.setItem("single-keys", event.target.checked ? "on" : "off"); } catch { /* nothing may be kept */ }
  });

  const openDialog = (id) => {
    document.querySelectorAll("[data-single-keys]").forEach((box) => { box.checked = areKeysOn(); });
    document.getElementById(id)?.showModal();
  };

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (target.closest("[data-theme-switch]")) switchTheme();
    const opener = target.closest("[data-open]");
    if (opener) { event.preventDefault(); openDialog(opener.dataset.open); }
    if (target.closest("[data-close]")) target.closest("dialog")?.close();
    if (target instanceof HTMLDialogElement) target.close(); // the backdrop
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(target)) menu.open = false; });
  });

  const rows = () => [...document.querySelectorAll("[data-row]")];
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement?.closest?.("[data-row]"));
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (ANYWHERE.includes(event.key) && !areKeysOn()) return;
    const row = event.target.closest?.("[data-row]");
    if (event.key === "/") { const box = document.querySelector("[data-search]"); if (box) { event.preventDefault(); box.focus(); box.select(); } }
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "?") openDialog("keys-help");
    else if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; });
    else if (row && event.target === row && event.key === "Enter") row.querySelector("[data-row-open]")?.click();
    else if (row && event.key === "x") row.querySelector("input[type=checkbox]")?.click();
  });

  const announce = (text) => { const place = document.getElementById("announce"); if (place) place.textContent = text; };

  // htmx 4 keeps a ticked box ticked after the server has unticked it (bigskysoftware/htmx#4030); the next request would
  // send it again. After each swap inputs are what the server said, but for the one that is being typed into.
  document.addEventListener("htmx:after:swap", () => {
    document.querySelectorAll("[data-sync] input, [data-sync] select").forEach((field) => {
      if (field === document.activeElement && field.type !== "checkbox" && field.type !== "radio") return;
      if (field.type === "checkbox" || field.type === "radio") field.checked = field.defaultChecked;
      else if (field.tagName === "SELECT") [...field.options].forEach((option) => { option.selected = option.defaultSelected; });
      else if (field.value !== field.defaultValue) field.value = field.defaultValue;
    });
    const told = document.querySelector("[data-announce]");
    if (told) announce(told.dataset.announce);
    showSwitch();
  });

  // One at a time: what asks each second would pile them up, and a screen reader would say each.
  let toasted;
  const toast = (text) => {
    const place = document.getElementById("toasts");
    if (!place) return;
    if (place.firstElementChild?.textContent !== text) {
      const item = document.createElement("p");
      item.className = "toast";
      item.setAttribute("role", "alert");
      item.textContent = text;
      place.replaceChildren(item);
    }
    clearTimeout(toasted);
    toasted = setTimeout(() => place.replaceChildren(), 8000);
  };
  document.addEventListener("htmx:error", () => toast("The server could not be reached. What you see may be old: try again."));
  document.addEventListener("htmx:response:error", (event) => {
    if (event.target.hasAttribute?.("hx-status:5xx")) toast("The server did not answer as it should. What you see may be old; it is asked again.");
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", showSwitch); else showSwitch();
})();
