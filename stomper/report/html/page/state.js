// The files, what is asked of them, and the address that says so.
const index = dataOf("index");
const files = index.rows.map((row, number) => Object.fromEntries(
  [["number", number], ...index.columns.map((name, column) => [name, row[column]])]));
const ORDERS = {
  path: (a, b) => a.number - b.number,
  after: (a, b) => b.after - a.after || a.number - b.number,
  before: (a, b) => b.before - a.before || a.number - b.number,
  seconds: (a, b) => b.seconds - a.seconds || a.number - b.number,
  cost: (a, b) => (b.cost || 0) - (a.cost || 0) || a.number - b.number,
};
const asked = { q: "", state: "", code: "", folder: "", order: "path" };

function isIn(path, folder) {
  return folder === "." ? !path.includes("/") : path.startsWith(`${folder}/`);
}

function suits(file) {
  const words = asked.q.toLowerCase().split(/\s+/).filter(Boolean);
  const text = words.length ? `${file.path} ${file.status} ${file.codes.join(" ")} ${file.reason}`.toLowerCase() : "";
  return (!asked.state || file.status === asked.state) && (!asked.code || file.codes.includes(asked.code))
    && (!asked.folder || isIn(file.path, asked.folder)) && words.every((word) => text.includes(word));
}

const chosen = () => files.filter(suits).sort(ORDERS[asked.order] || ORDERS.path);

function counts(names) {
  const found = new Map();
  for (const name of names) found.set(name, (found.get(name) || 0) + 1);
  return [...found].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function foldersOf(path) {
  const parts = path.split("/").slice(0, -1);
  return parts.length ? parts.slice(0, 4).map((_, depth) => parts.slice(0, depth + 1).join("/")) : ["."];
}

// `#files?state=fixed&code=F401` asks for files, `#file=src/a.py` for one; other addresses are those of sections.
function readAddress() {
  const [name, query = ""] = location.hash.slice(1).split("?");
  if (name === "files") {
    const given = new URLSearchParams(query);
    for (const key of Object.keys(asked)) asked[key] = given.get(key) || (key === "order" ? "path" : "");
    return { files: true };
  }
  if (!location.hash.startsWith("#file=")) return {};
  try {
    const path = decodeURIComponent(location.hash.slice(6));
    return { file: files.find((file) => file.path === path) };
  } catch {
    return {};
  }
}

function addressOfFiles() {
  const query = new URLSearchParams(Object.entries(asked).filter(([key, value]) => value && !(key === "order" && value === "path")));
  return `#files${query.size ? `?${query}` : ""}`;
}

const addressOf = (file) => `#file=${encodeURIComponent(file.path)}`;
const setAddress = (address) => history.replaceState(null, "", address);
