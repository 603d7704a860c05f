// Leads: rows that are chosen, weights that tell their share while they move, sections that stay as they were opened.
(() => {
  const chosen = () => [...document.querySelectorAll('input[name="login"][form="bulk"]')].filter((box) => box.checked);

  const showBulk = () => {
    const bar = document.querySelector("[data-bulk]");
    if (!bar) return;
    const boxes = document.querySelectorAll('input[name="login"][form="bulk"]');
    const count = chosen().length;
    bar.classList.toggle("has-any", count > 0);
    bar.querySelector("[data-bulk-count]").textContent = String(count);
    const all = document.querySelector("[data-pick-all]");
    if (all) { all.checked = count > 0 && count === boxes.length; all.indeterminate = count > 0 && count < boxes.length; }
    const name = bar.querySelector("[data-new-only]");
    if (name) name.hidden = bar.querySelector("select").value !== "";
  };

  const choose = (isChosen) => { document.querySelectorAll('input[name="login"][form="bulk"]').forEach((box) => { box.checked = isChosen; }); showBulk(); };

  const tellShares = (panel) => {
    const sliders = [...panel.querySelectorAll("input[type=range]")];
    const total = sliders.reduce((sum, slider) => sum + Number(slider.value), 0);
    sliders.forEach((slider) => {
      const share = total ? `${Math.round((100 * Number(slider.value)) / total)} %` : "0 %";
      slider.setAttribute("aria-valuetext", `${share} of the score`);
      slider.parentElement.querySelector("output").textContent = share;
    });
  };

  // What somebody opened or closed stays so through swaps, and from page to page.
  const kept = new Map(JSON.parse(sessionStorage.getItem("leads-open") || "[]"));
  const restoreOpen = () => {
    const isWide = matchMedia("(min-width: 901px)").matches;
    document.querySelectorAll("details[data-keep]").forEach((item) => {
      if (item.id === "panel") item.open = isWide || kept.get("panel") === true;
      else if (kept.has(item.id)) item.open = kept.get(item.id);
    });
  };

  document.addEventListener("toggle", (event) => {
    const item = event.target;
    if (!(item instanceof HTMLDetailsElement) || !item.matches("[data-keep]")) return;
    kept.set(item.id, item.open);
    try { sessionStorage.setItem("leads-open", JSON.stringify([...kept])); } catch { /* kept for this page only */ }
  }, true);

  document.addEventListener("input", (event) => {
    const panel = event.target.closest?.("[data-weights]");
    if (panel) tellShares(panel);
  });
  document.addEventListener("change", (event) => {
    const target = event.target;
    if (target.matches?.("[data-pick-all]")) choose(target.checked);
    else if (target.closest?.("[data-bulk]") || target.form?.id === "bulk") showBulk();
  });

  document.addEventListener("click", (event) => {
    const copier = event.target.closest?.("[data-copy]");
    if (copier) {
      const source = document.getElementById(copier.dataset.copy);
      source.select();
      const tell = (text) => { copier.textContent = text; setTimeout(() => { copier.textContent = "Copy"; }, 1500); };
      if (navigator.clipboard) navigator.clipboard.writeText(source.value).then(() => tell("Copied"), () => tell("Press Ctrl+C"));
      else tell("Press Ctrl+C");
    }
    if (event.target.closest?.("[data-bulk-clear]")) choose(false);
  });

  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("[data-row]");
    if (!row || event.target !== row || event.key !== "s" || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = row.querySelector('input[name="login"]');
    if (!box) return;
    event.preventDefault();
    box.checked = true;
    showBulk();
    document.getElementById("bulk-list")?.focus();
  });

  // Escape closes what lies on top alone: asked before the handler of every page closes the menus.
  document.addEventListener("keydown", (event) => {
    const close = document.querySelector("[data-row-close]");
    if (event.key !== "Escape" || !close || document.querySelector("details.menu[open], dialog[open]")) return;
    if (event.target.matches?.("input:not([type=checkbox]), select, textarea")) return;
    close.closest("tr").previousElementSibling?.focus();
    close.click();
  }, true);

  document.addEventListener("htmx:after:swap", (event) => {
    document.querySelectorAll("[data-add]").forEach((box) => { if (event.target !== box) box.value = ""; });
    const results = document.getElementById("results");
    if (results?.querySelector(".notice.good")) choose(false);
    const query = location.search.slice(1);
    document.querySelectorAll('#bulk [name="query"], #seen [name="query"]').forEach((field) => { field.value = query; });
    restoreOpen();
    showBulk();
  });

  const start = () => { restoreOpen(); showBulk(); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
