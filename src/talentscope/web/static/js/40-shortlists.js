// Shortlists: tick all that are shown, and say how many are ticked. Everything here also works without it.
(() => {
  const boxes = () => [...document.querySelectorAll("input[type=checkbox][form=move-ticked][name=github_id]")];
  const tell = () => {
    const place = document.querySelector("[data-ticked]");
    if (!place) return;
    const all = boxes();
    const count = all.filter((box) => box.checked).length;
    place.textContent = count ? `${count} ticked` : "none ticked";
    const whole = document.querySelector("[data-tick-all]");
    if (whole) { whole.checked = count > 0 && count === all.length; whole.indeterminate = count > 0 && count < all.length; }
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-tick-all]")) boxes().forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches?.("[data-tick-all], input[form=move-ticked]")) tell();
    const form = event.target.closest?.("[data-move]");
    if (form && event.target.name === "stage") { // what the server would ask for, asked for at once
      const stage = event.target.value;
      form.elements.reason.required = stage === "passed" || (stage === "contacted" && "cooling" in form.dataset);
    }
  });
  const start = () => { tell(); document.getElementById("refused")?.focus(); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
  document.addEventListener("htmx:after:swap", () => { tell(); document.getElementById("refused")?.focus(); });
})();
