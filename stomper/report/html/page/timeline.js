// The workers' lanes: a bar for each file, its attempts in it, what the run waited for in a frame.
const KINDS = { kept: "fixed", "no-change": "calm", "not-better": "partial", withheld: "suppressed", worse: "left", refused: "left",
  stopped: "left", failed: "bad", timeout: "bad", escaped: "bad" };
const LANE = 24;
const AXIS = 20;
const MARGIN = 34;

function step(wall) {
  const rough = wall / 6;
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  return [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) || power;
}

function drawAxis(svg, line, scale, height) {
  for (let at = 0; at <= line.wall * 1.0001; at += step(line.wall)) {
    const x = MARGIN + at * scale;
    svg.append(shape("line", { class: "axis", x1: x, x2: x, y1: 0, y2: height - AXIS }),
      shape("text", { x, y: height - 5, "text-anchor": at ? "middle" : "start" }, `${Number(at.toFixed(2))} s`));
  }
}

function drawBar(svg, bar, scale) {
  const [lane, start, end, number, isOnChain, attempts] = bar;
  const [x, y] = [MARGIN + start * scale, lane * LANE + 3];
  const width = Math.max(0.5, (end - start) * scale);
  const file = files[number];
  const tried = attempts.map(([time, result, fixer]) => `${fixer} ${result} ${seconds(time)}`).join(", ");
  const base = titled(shape("rect", { class: "work fill-calm", x, y, width, height: LANE - 6 }),
    `${file.path}: ${file.status}, ${seconds(end - start)}${tried ? `; ${tried}` : ""}`);
  base.addEventListener("click", () => { location.hash = addressOf(file); });
  svg.append(base);
  let at = x;
  for (const [time, result] of attempts) {
    const part = Math.min(time * scale, x + width - at);
    if (part > 0.3) svg.append(shape("rect", { class: `fill-${KINDS[result] || "calm"}`, x: at, y, width: part, height: LANE - 6, "pointer-events": "none" }));
    at += part;
  }
  if (isOnChain) svg.append(shape("rect", { class: "chain", x, y: y - 1, width, height: LANE - 4 }));
}

function drawBreak(svg, x, pause, height) {
  svg.append(titled(shape("line", { class: "break", x1: x, x2: x, y1: 0, y2: height - AXIS }), `cut out: ${seconds(pause)} without work on files`));
}

const heightOfTimeline = () => (index.timeline.bars ? index.timeline.lanes * LANE + AXIS : 0);

function drawTimeline() {
  const line = index.timeline;
  const box = byId("timeline-chart");
  if (!box || !line.bars) return;
  const [width, height] = [Math.max(280, box.clientWidth), heightOfTimeline()];
  const scale = (width - MARGIN - 12) / Math.max(line.wall, 0.001);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img",
    "aria-label": `Timeline: ${plural(line.lanes, "worker")}, ${plural(line.bars.length, "file")}, ${seconds(line.wall)}` });
  for (let lane = 0; lane < line.lanes; lane++) {
    svg.append(shape("rect", { class: "lane", x: MARGIN, y: lane * LANE + 3, width: width - MARGIN - 12, height: LANE - 6 }),
      shape("text", { x: 2, y: lane * LANE + 17 }, `${lane + 1}`));
  }
  drawAxis(svg, line, scale, height);
  for (const [at, pause] of line.breaks) drawBreak(svg, MARGIN + at * scale, pause, height);
  for (const bar of line.bars) drawBar(svg, bar, scale);
  box.replaceChildren(svg);
}

function makeLegend() {
  const box = byId("timeline-legend");
  if (!box) return;
  const names = [["fixed", "kept"], ["partial", "not better"], ["suppressed", "withheld"], ["left", "refused"], ["bad", "failed"], ["calm", "no change, checks, tests"]];
  for (const [kind, text] of names) box.append(element("span", { class: `key fill-${kind}` }), ` ${text}`);
  box.append("; in a frame: what the run waited for; an empty lane: an idle worker; a dashed line: time that is cut out.");
}
