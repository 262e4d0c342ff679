// Keys of one letter work outside of fields, and can be turned off.
function neighbour(by) {
  const rows = [...byId("list").children];
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  if (by > 0 && here === rows.length - 1 && made < shown.length) showMore();
  const next = byId("list").children[Math.max(0, here + by)];
  if (next) {
    next.firstChild.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

function escape() {
  const row = document.activeElement.closest(".file");
  const file = row && files[Number(row.id.slice(5))];
  if (file && isOpen(file)) {
    toggle(file);
    row.firstChild.focus();
  } else if (asked.q || asked.state || asked.code || asked.folder) {
    clearFilters();
    setAddress("#files");
  }
}

const KEYS = {
  "/": () => { byId("filter-text").focus(); byId("filter-text").select(); },
  j: () => neighbour(1),
  k: () => neighbour(-1),
  "?": () => byId("help").showModal(),
};

function listen() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
    if (event.key === "Escape") escape();
    else if (KEYS[event.key] && byId("keys-on").checked && !event.target.matches("input, select, textarea")) {
      event.preventDefault();
      KEYS[event.key]();
    }
  });
  byId("help-button").addEventListener("click", () => byId("help").showModal());
}
