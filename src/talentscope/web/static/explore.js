// The chart of /companies/explore: uPlot over the page's own JSON. Without it the picture from the server stays.
(() => {
  const box = document.getElementById("ex-live");
  if (!box || !window.uPlot) return;
  const fixed = document.querySelector(".ex-static");
  const told = document.getElementById("ex-told");
  const dashes = [[], [6, 3], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2, 1, 2]];
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // The same steps and figures as web/formats.py.
  const short = (value) => {
    const size = Math.abs(value);
    for (const [step, letter] of [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]]) {
      if (size >= step * 0.9995) return (size < step * 999.5 ? String(Number((size / step).toPrecision(3))) : Math.round(size / step).toLocaleString("en")) + letter;
    }
    return String(Number(size.toPrecision(3)));
  };
  const sign = (value, places) => {
    const text = Math.abs(value).toFixed(places);
    return (Number(text) === 0 ? "" : value < 0 ? "−" : "+") + text;
  };
  // Days without a known one beside them: a line would not show them, so they are dots.
  const alone = (values) => [...values.keys()].filter((at) => values[at] !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null);
  const tellers = {
    usd: (value) => (value < 0 ? "−$" : "$") + short(value),
    count: (value) => Math.round(value).toLocaleString("en"),
    decimal: (value) => value.toFixed(1),
    score: (value) => sign(value, 2),
    tone: (value) => sign(value, 1),
    index: (value) => value.toFixed(1),
  };

  let data = null, plot = null, isIndexed = false;
  const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
  const dayTicks = (ticks) => {
    const days = ticks.map((tick) => new Date(tick * 1000));
    return days.map((at, place) => {
      const isWhole = at.getUTCHours() === 0 && at.getUTCMinutes() === 0;
      const month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")[at.getUTCMonth()];
      const isNewYear = place === 0 || days[place - 1].getUTCFullYear() !== at.getUTCFullYear();
      return isWhole ? `${at.getUTCDate()} ${month}${isNewYear ? `\n${at.getUTCFullYear()}` : ""}` : "";
    });
  };
  const columns = () => data.series.map(({ values }) => {
    if (!isIndexed) return values;
    const first = values.find((value) => value !== null && value > 0);
    return values.map((value) => (value === null || !first ? null : (100 * value) / first));
  });

  const draw = () => {
    const kind = isIndexed ? "index" : data.kind;
    const tell = (value) => (value === null || value === undefined ? "unknown" : tellers[kind](value));
    const text = colour("--muted"), line = colour("--line"), font = "11px Inter, sans-serif";
    const width = box.clientWidth || box.parentElement.clientWidth - 34;
    const axis = { stroke: text, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const range = plot ? [plot.scales.x.min, plot.scales.x.max] : null;
    plot?.destroy();
    plot = new uPlot({
      width, height: Math.max(260, Math.min(460, width * 0.45)), tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      cursor: { drag: { x: true, y: false, uni: 20 }, points: { size: 7 } },
      legend: { live: true },
      scales: { x: { time: true } },
      axes: [{ ...axis, values: (_, ticks) => dayTicks(ticks) }, { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => (kind === "count" && Math.abs(tick) >= 10000 ? short(tick) : tell(tick))) }],
      series: [
        { label: "Day", value: (_, value) => (value === null || value === undefined ? "–" : day(value)) },
        ...data.series.map(({ name }, number) => ({ label: name, stroke: colour(`--part-${number + 1}`), width: 1.8, dash: dashes[number], spanGaps: false, points: { show: true, size: 5, filter: (chart, series) => alone(chart.data[series]) }, value: (_, value, __, place) => (place === null || place === undefined ? "–" : tell(value)) })),
      ],
    }, [data.days, ...columns()], box);
    if (range) plot.setScale("x", { min: range[0], max: range[1] });
  };

  const look = (first, last) => plot.setScale("x", { min: Math.max(first, data.days[0]), max: Math.min(last, data.days.at(-1)) });
  const lookAtLast = (days) => look(data.days.at(-1) - days * 86400, data.days.at(-1));
  const zoom = (factor) => {
    const { min, max } = plot.scales.x, middle = plot.cursor.idx === null || plot.cursor.idx === undefined ? (min + max) / 2 : data.days[plot.cursor.idx];
    const half = Math.max(3 * 86400, ((max - min) / 2) * factor);
    look(middle - half, middle + half);
  };
  const moveTo = (place) => {
    const at = Math.min(Math.max(place, 0), data.days.length - 1);
    const left = plot.valToPos(data.days[at], "x");
    plot.setCursor({ left, top: plot.over.clientHeight / 2 });
    const values = columns();
    told.textContent = `${day(data.days[at])}: ` + data.series.map(({ name }, number) => `${name} ${values[number][at] === null ? "unknown" : tellers[isIndexed ? "index" : data.kind](values[number][at])}`).join(", ");
  };

  box.addEventListener("keydown", (event) => {
    if (!plot || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = plot.cursor.idx ?? data.days.length - 1;
    const doing = { ArrowLeft: () => moveTo(at - 1), ArrowRight: () => moveTo(at + 1), PageUp: () => moveTo(at - 7), PageDown: () => moveTo(at + 7), Home: () => moveTo(0), End: () => moveTo(data.days.length - 1), "+": () => zoom(0.5), "-": () => zoom(2), "0": () => look(data.days[0], data.days.at(-1)) }[event.key];
    if (doing) { event.preventDefault(); doing(); }
  });
  document.addEventListener("click", (event) => {
    if (!plot) return;
    if (event.target.closest("[data-ex-all]")) look(data.days[0], data.days.at(-1));
    const last = event.target.closest("[data-ex-last]");
    if (last) lookAtLast(Number(last.dataset.exLast));
  });
  document.addEventListener("change", (event) => {
    if (!plot || !event.target.matches("[data-ex-index]")) return;
    isIndexed = event.target.checked;
    draw();
  });

  const start = async () => {
    let answer;
    try { answer = await fetch(box.dataset.days, { headers: { Accept: "application/json" } }); } catch { return; }
    if (!answer.ok) return;
    data = await answer.json();
    if (data.days.length < 2) return;
    box.hidden = false;
    fixed.hidden = true;
    draw();
    let wait = 0;
    new ResizeObserver(() => { clearTimeout(wait); wait = setTimeout(() => { if (box.clientWidth && Math.abs(box.clientWidth - plot.width) > 2) draw(); }, 120); }).observe(box);
    new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  };
  start();
})();
