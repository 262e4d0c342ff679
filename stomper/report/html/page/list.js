// The list of files: a page of rows at a time, since thousands at once would keep the reader waiting.
const PAGE = 100;
let shown = [];
let made = 0;

function rowOf(file) {
  const codes = file.codes.slice(0, 6).join(" ") + (file.codes.length > 6 ? " ..." : "");
  const button = element("button", { type: "button", "aria-expanded": "false", "aria-controls": `detail-${file.number}` },
    element("span", { class: `state ${file.status}` }, file.status), element("span", { class: "path" }, file.path),
    element("span", { class: "fall" }, file.before === file.after ? `${file.after} left` : `${file.before} \u2192 ${file.after}`),
    element("span", { class: "some" }, codes), element("span", { class: "took" }, file.seconds ? seconds(file.seconds) : ""));
  button.addEventListener("click", () => toggle(file));
  const detail = element("div", { class: "detail", id: `detail-${file.number}`, hidden: "" });
  return element("li", { class: "file", id: `file-${file.number}` }, button, detail);
}

function showMore(upTo = made + PAGE) {
  const last = Math.min(upTo, shown.length);
  byId("list").append(...shown.slice(made, last).map(rowOf));
  made = last;
  byId("more").hidden = made >= shown.length;
}

function showList() {
  shown = chosen();
  made = 0;
  byId("list").replaceChildren();
  byId("count").textContent = shown.length === files.length ? plural(files.length, "file")
    : `${shown.length.toLocaleString("en")} of ${plural(files.length, "file")}`;
  showMore();
}

const isOpen = (file) => byId(`file-${file.number}`)?.firstChild.getAttribute("aria-expanded") === "true";

function setOpen(file, open) {
  const row = byId(`file-${file.number}`);
  const [button, detail] = row.children;
  button.setAttribute("aria-expanded", String(open));
  detail.hidden = !open;
  if (open && !detail.firstChild) fillDetail(detail, file);
}

function toggle(file) {
  const open = !isOpen(file);
  setOpen(file, open);
  setAddress(open ? addressOf(file) : addressOfFiles());
}

// Open a file wherever it is in the list; filters that hide it are cleared.
function goTo(file) {
  if (!suits(file)) clearFilters();
  if (!byId(`file-${file.number}`)) showMore(Math.ceil((shown.indexOf(file) + 1) / PAGE) * PAGE);
  setOpen(file, true);
  const row = byId(`file-${file.number}`);
  row.scrollIntoView({ block: "start" });
  row.firstChild.focus({ preventScroll: true });
}

function clearFilters() {
  Object.assign(asked, { q: "", state: "", code: "", folder: "", order: "path" });
  fillFilters();
  showList();
}

const CONTROLS = { q: "filter-text", state: "filter-state", code: "filter-code", folder: "filter-folder", order: "filter-order" };

function fillFilters() {
  for (const [key, id] of Object.entries(CONTROLS)) {
    const control = byId(id);
    const missing = asked[key] && control.options && ![...control.options].some((option) => option.value === asked[key]);
    if (missing) control.append(element("option", { value: asked[key] }, asked[key]));
    control.value = asked[key];
  }
}

function makeFilters() {
  const fill = (id, rows) => byId(id).append(...rows.map(([name, count]) => element("option", { value: name }, `${name} (${count})`)));
  fill("filter-state", counts(files.map((file) => file.status)));
  fill("filter-code", counts(files.flatMap((file) => file.codes)));
  fill("filter-folder", counts(files.flatMap((file) => foldersOf(file.path))).slice(0, 200));
  const changed = () => {
    for (const [key, id] of Object.entries(CONTROLS)) asked[key] = byId(id).value;
    setAddress(addressOfFiles());
    showList();
  };
  let pending = 0;
  byId("filters").addEventListener("input", () => { clearTimeout(pending); pending = setTimeout(changed, 80); });
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", (event) => { event.preventDefault(); clearFilters(); setAddress("#files"); });
  byId("more").addEventListener("click", () => showMore());
}
