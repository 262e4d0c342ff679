// What a file has to tell, made when it is opened.
const words = (text) => element("p", {}, text);
const heading = (text) => element("h3", {}, text);
const pairs = (map) => Object.entries(map).map(([name, count]) => `${name} ${count}`).join(", ");

function attemptsTable(attempts) {
  const head = ["", "Fixer", "Result", "Before", "After", "Time", "Tokens", "US$", "What it said"];
  const numeric = new Set([3, 4, 5, 6, 7]);
  const cell = (name, text, place) => element(name, numeric.has(place) ? { class: "num" } : {}, text);
  const rows = attempts.map((a, number) => {
    const tokens = (a.input_tokens || 0) + (a.output_tokens || 0);
    const texts = [String(number + 1), a.fixer, a.grade ? `${a.result} (${a.grade})` : a.result, String(a.before), a.after ?? "", seconds(a.seconds),
      tokens || "", a.cost_estimate === undefined ? "" : a.cost_estimate.toFixed(4), a.detail || ""];
    return element("tr", {}, ...texts.map((text, place) => cell("td", text, place)));
  });
  const labels = head.map((text, place) => text ? element("th", { scope: "col", ...(numeric.has(place) ? { class: "num" } : {}) }, text) : element("td"));
  const table = element("table", { class: "counts" }, element("thead", {}, element("tr", {}, ...labels)), element("tbody", {}, ...rows));
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Attempts" }, table);
}

function logBox(title, text) {
  const box = element("pre", { class: "log", tabindex: "0", role: "region", "aria-label": title }, text);
  return element("details", {}, element("summary", {}, title), box);
}

function chapterParts(chapter, number, all) {
  const parts = all > 1 ? [heading(`Round ${number + 1}: ${chapter.status}`)] : [];
  if (chapter.broken) parts.push(words("It breaks:"), ...listOf(chapter.broken, (name) => element("li", {}, name)));
  if (chapter.trouble) parts.push(words(chapter.trouble));
  for (const diff of chapter.diffs || []) parts.push(...diffParts(diff));
  if (chapter.elsewhere && chapter.elsewhere.length)
    parts.push(words("Also gone, at lines that did not change:"), ...listOf(chapter.elsewhere, removedItem, { class: "removed" }));
  if (chapter.trace) parts.push(logBox("Traceback", chapter.trace));
  if (chapter.log) parts.push(logBox("Log", chapter.log));
  return parts;
}

function droppedItem(part) {
  const lines = part.lines ? `, ${part.lines.length > 1 ? "lines" : "line"} ${part.lines.slice(0, 8).join(", ")}` : "";
  return element("li", {}, `${pairs(part.codes)} by ${part.fixer}${lines}${part.broken ? `, which breaks ${part.broken.join(", ")}` : ""}`);
}

function fillDetail(box, file) {
  const facts = dataOf(`d${file.number}`);
  if (facts.reason) box.append(words(facts.reason));
  if (facts.outcome) box.append(words(`The run came to: ${facts.outcome.status}, ${pairs(facts.outcome.fixed_codes || {})}. You do not have that.`));
  for (const commit of facts.commits || []) box.append(element("p", {}, "commit: ", element("code", {}, `git show ${commit}`)));
  if (facts.attempts) box.append(heading("Attempts"), attemptsTable(facts.attempts));
  if (facts.dropped) box.append(heading("Dropped by tests"), ...listOf(facts.dropped, droppedItem));
  if (facts.withheld) box.append(heading("Withheld"), ...listOf(facts.withheld, (g) =>
    element("li", {}, element("code", {}, g.code), ` line ${g.line}, ${g.fixer}: ${g.needs || ""}`)));
  const chapters = facts.chapters || [];
  if (chapters.length) box.append(heading("Changes"));
  chapters.forEach((chapter, number) => box.append(...chapterParts(chapter, number, chapters.length)));
  if (facts.left) box.append(heading("Left"), ...listOf(facts.left, (d) =>
    element("li", {}, element("code", {}, d.code), ` ${d.tool}, line ${d.line}: ${d.message}`)));
  if (facts.left_out) box.append(words(`and ${facts.left_out} more`));
  box.append(element("p", {}, element("a", { href: addressOf(file) }, "Link to this file")));
}
