// The rows are in the page; this hides and orders them. `#repositories?state=failed` shows those of a state.
const body = byId("rows");
const rows = [...body.querySelectorAll("tr[data-state]")];
const number = (row, name) => Number(row.dataset[name]);

function showRows() {
  const words = byId("filter-text").value.toLowerCase().split(/\s+/).filter(Boolean);
  const [state, order] = [byId("filter-state").value, byId("filter-order").value];
  const suits = (row) => (!state || row.dataset.state === state) && words.every((word) => row.textContent.toLowerCase().includes(word));
  const sorted = order === "place" ? rows : [...rows].sort((a, b) => number(b, order) - number(a, order));
  for (const row of sorted) row.hidden = !suits(row);
  if (rows.length) body.replaceChildren(...sorted);
  const shown = rows.filter((row) => !row.hidden).length;
  const noun = rows.length === 1 ? "repository" : "repositories";
  byId("count").textContent = shown === rows.length ? `${rows.length} ${noun}` : `${shown} of ${rows.length} ${noun}`;
}

function followAddress() {
  const [name, query = ""] = location.hash.slice(1).split("?");
  if (name !== "repositories") return;
  byId("filter-state").value = new URLSearchParams(query).get("state") || "";
  showRows();
  byId("repositories").scrollIntoView();
}

byId("filters").hidden = false;
byId("filters").addEventListener("input", showRows);
byId("filters").addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", followAddress);
showRows();
followAddress();
document.documentElement.dataset.ready = "yes";
