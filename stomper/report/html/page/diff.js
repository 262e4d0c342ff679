// A diff side by side, or one line under the other where there is no room.
const NARROW = matchMedia("(max-width: 56rem)");

// A line is its sign and text, and marks such as `k3.1f5`: three letters of a keyword, a plain one, five of a name.
function codeCell([whole, marks = ""]) {
  const cell = element("td", { class: whole[0] === "-" ? "minus" : whole[0] === "+" ? "plus" : "same" });
  const text = [...whole.slice(1)];
  let at = 0;
  for (const [, letter, length] of marks.matchAll(/([a-z.])(\d+)/g)) {
    const piece = text.slice(at, at += Number(length)).join("");
    cell.append(letter === "." ? piece : element("span", { class: `t-${letter}` }, piece));
  }
  cell.append(text.slice(at).join(""));
  return cell;
}

const numberCell = (number) => element("td", { class: "no" }, number ? String(number) : "");
const emptyCells = () => [element("td", { class: "no none" }), element("td", { class: "none" })];

// The lines with their numbers: [old number, new number, line].
function numbered(hunk) {
  let [before, after] = [hunk.old, hunk.new];
  return hunk.lines.map((line) => [line[0][0] === "+" ? 0 : before++, line[0][0] === "-" ? 0 : after++, line]);
}

function unifiedRows(hunk) {
  return numbered(hunk).map(([before, after, line]) => element("tr", {}, numberCell(before), numberCell(after), codeCell(line)));
}

function sideRows(hunk) {
  const rows = [];
  let [olds, news] = [[], []];
  const flush = () => {
    for (let place = 0; place < Math.max(olds.length, news.length); place++) {
      const [left, right] = [olds[place], news[place]];
      rows.push(element("tr", {}, ...(left ? [numberCell(left[0]), codeCell(left[2])] : emptyCells()),
        ...(right ? [numberCell(right[1]), codeCell(right[2])] : emptyCells())));
    }
    [olds, news] = [[], []];
  };
  for (const row of numbered(hunk)) {
    if (row[2][0][0] === "-") olds.push(row);
    else if (row[2][0][0] === "+") news.push(row);
    else {
      flush();
      rows.push(element("tr", {}, numberCell(row[0]), codeCell(row[2]), numberCell(row[1]), codeCell(row[2])));
    }
  }
  flush();
  return rows;
}

function hunkTable(hunk) {
  const columns = NARROW.matches ? ["no", "no", ""] : ["no", "", "no", ""];
  const table = element("table", { class: "diff", role: "presentation" });
  const head = element("td", { colspan: columns.length }, `line ${hunk.old}${hunk.head ? `: ${hunk.head}` : ""}`);
  // A table of fixed layout takes its widths from the first row.
  const widths = element("colgroup", {}, ...columns.map((kind) => element("col", kind ? { width: NARROW.matches ? "42" : "58" } : {})));
  table.append(widths, element("tr", { class: "head" }, head), ...(NARROW.matches ? unifiedRows(hunk) : sideRows(hunk)));
  return table;
}

function removedItem(d) {
  return element("li", d.quiet ? { class: "quiet-one" } : {}, element("code", {}, d.code), ` ${d.tool}, line ${d.line}: ${d.message}`);
}

function diffParts(diff) {
  const title = [diff.path, diff.note].filter(Boolean).join(", ");
  const parts = title ? [element("h4", {}, title)] : [];
  for (const hunk of diff.hunks || []) parts.push(...listOf(hunk.removed, removedItem, { class: "removed" }), hunkTable(hunk));
  if (diff.cut) parts.push(element("p", {}, `${plural(diff.cut, "more line")} of this diff are left out.`));
  return parts;
}
