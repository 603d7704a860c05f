// Companies: filters that apply as they are set, marks that explain themselves on hover and focus, text to copy.
(() => {
  let wait = 0;
  const send = (form) => { clearTimeout(wait); form.requestSubmit(); };
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-auto]");
    if (form && event.target.type !== "search") send(form);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-auto]");
    if (!form || event.target.type !== "search") return;
    clearTimeout(wait);
    wait = setTimeout(() => send(form), 250);
  });

  const tipOf = (target) => {
    const mark = target.closest?.(".mark-q[popovertarget]");
    return mark ? [mark, document.getElementById(mark.getAttribute("popovertarget"))] : [];
  };
  const show = (event) => { const [mark, tip] = tipOf(event.target); if (tip && !tip.matches(":popover-open")) tip.showPopover({ source: mark }); };
  const hide = (event) => { const [, tip] = tipOf(event.target); if (tip?.matches(":popover-open")) tip.hidePopover(); };
  document.addEventListener("mouseover", show);
  document.addEventListener("mouseout", hide);
  document.addEventListener("focusin", (event) => { if (event.target.matches?.(":focus-visible")) show(event); });
  document.addEventListener("focusout", hide);

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const text = document.querySelector(button.dataset.copy)?.textContent ?? "";
    try { await navigator.clipboard.writeText(text); button.textContent = "Copied"; } catch { button.textContent = "Select and copy it by hand"; }
    const told = document.getElementById("announce");
    if (told) told.textContent = button.textContent;
  });
})();
