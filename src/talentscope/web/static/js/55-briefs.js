// The editor of briefs: line numbers, the line at fault, and a way to it. Without this the text is typed as anywhere.
(() => {
  const parts = () => ({ text: document.getElementById("brief-text"), lines: document.querySelector("[data-code-lines]"), verdict: document.querySelector("#verdict [data-verdict]") });

  const number = () => {
    const { text, lines, verdict } = parts();
    if (!text || !lines) return;
    const count = text.value.split("\n").length;
    const bad = Number(verdict?.dataset.line ?? 0);
    if (lines.hidden) lines.hidden = false;
    if (lines.childElementCount !== count) {
      lines.replaceChildren(...Array.from({ length: count }, (_, index) => {
        const item = document.createElement("span");
        item.textContent = String(index + 1);
        return item;
      }));
    }
    [...lines.children].forEach((item, index) => item.classList.toggle("is-bad", index + 1 === bad));
    lines.scrollTop = text.scrollTop;
  };

  const judge = () => {
    const { text, verdict } = parts();
    if (!text || !verdict) return;
    if (verdict.dataset.verdict === "bad") text.setAttribute("aria-invalid", "true"); else text.removeAttribute("aria-invalid");
    number();
  };

  const goTo = (line) => {
    const { text } = parts();
    if (!text) return;
    const rows = text.value.split("\n");
    const start = rows.slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0);
    text.focus();
    text.setSelectionRange(start, start + (rows[line - 1]?.length ?? 0));
  };

  document.addEventListener("input", (event) => { if (event.target.id === "brief-text") number(); });
  document.addEventListener("scroll", (event) => { if (event.target.id === "brief-text") number(); }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-goto-line]");
    if (button) goTo(Number(button.dataset.gotoLine));
  });
  document.addEventListener("htmx:after:swap", judge);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", number); else number();
})();
