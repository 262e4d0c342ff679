// The map of folders: areas as large as what was found before, squarified so that they are easy to compare.
const MOST_TILES = 400;

function grouped() {
  let depth = 4;
  for (; depth > 0; depth--) {
    const sums = new Map();
    for (const file of files) {
      const parts = file.path.split("/");
      const name = parts.slice(0, depth).join("/");
      const sum = sums.get(name) || { name, before: 0, after: 0, folder: parts.length > depth };
      sum.before += file.before;
      sum.after += file.after;
      sums.set(name, sum);
    }
    const tiles = [...sums.values()].filter((tile) => tile.before > 0).sort((a, b) => b.before - a.before);
    if (tiles.length <= 60 || depth === 1) return tiles.slice(0, MOST_TILES);
  }
  return [];
}

const worst = (row, sum, side, scale) => {
  const thick = (sum * scale) / side;
  return Math.max(...row.map((tile) => { const long = (tile.before * scale) / thick; return Math.max(long / thick, thick / long); }));
};

// Bruls, Huizing, van Wijk: rows along the shorter side, as long as that makes the tiles squarer.
function layOut(tiles, width, height) {
  const scale = (width * height) / tiles.reduce((sum, tile) => sum + tile.before, 0);
  let [x, y, w, h] = [0, 0, width, height];
  const rest = [...tiles];
  while (rest.length) {
    const side = Math.min(w, h);
    const row = [rest.shift()];
    let sum = row[0].before;
    while (rest.length && worst([...row, rest[0]], sum + rest[0].before, side, scale) <= worst(row, sum, side, scale)) {
      sum += rest[0].before;
      row.push(rest.shift());
    }
    const thick = (sum * scale) / side;
    let at = 0;
    for (const tile of row) {
      const long = (tile.before * scale) / thick;
      Object.assign(tile, w >= h ? { x, y: y + at, w: thick, h: long } : { x: x + at, y, w: long, h: thick });
      at += long;
    }
    if (w >= h) [x, w] = [x + thick, w - thick]; else [y, h] = [y + thick, h - thick];
  }
}

function openTile(tile) {
  location.hash = tile.folder ? `#files?folder=${encodeURIComponent(tile.name)}` : `#file=${encodeURIComponent(tile.name)}`;
}

function drawTile(svg, tile) {
  const [x, y, width, height] = [tile.x, tile.y, tile.w, tile.h].map((value) => Number(value.toFixed(1)));
  const gone = 1 - tile.after / tile.before;
  const base = titled(shape("rect", { class: "tile", x, y, width, height }), `${tile.name}: ${tile.before} before, ${tile.after} left`);
  base.addEventListener("click", () => openTile(tile));
  svg.append(base);
  const inner = Math.max(0, height - 2);
  const green = Number((inner * Math.max(0, Math.min(1, gone))).toFixed(1));
  const wide = Math.max(0, width - 2);
  svg.append(shape("rect", { class: "gone", x: x + 1, y: y + 1, width: wide, height: green }),
    shape("rect", { class: "left", x: x + 1, y: y + 1 + green, width: wide, height: Math.max(0, inner - green) }));
  const room = Math.floor((width - 8) / 7);
  if (height > 18 && room > 4) {
    const name = tile.name.length > room ? `\u2026${tile.name.slice(1 - room)}` : tile.name;
    svg.append(shape("text", { class: "name", x: x + 5, y: y + 15 }, name));
    if (height > 34) svg.append(shape("text", { class: "name", x: x + 5, y: y + 30 }, `${tile.before} \u2192 ${tile.after}`));
  }
}

const heightOfTreemap = () => (byId("treemap").clientWidth < 600 ? 260 : 320);

function drawTreemap() {
  const box = byId("treemap");
  const [width, height] = [Math.max(280, box.clientWidth), heightOfTreemap()];
  const tiles = grouped();
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": "Map of the folders; the table below has the same figures" });
  if (tiles.length) layOut(tiles, width, height);
  for (const tile of tiles) drawTile(svg, tile);
  box.replaceChildren(...(tiles.length ? [svg] : []));
  if (!tiles.length) box.style.minHeight = "";
}
