// What the reader sees first is in the page already; this fills in the rest.
const MOST_PRINTED = 2000;

function follow() {
  const { file, files: list } = readAddress();
  if (file) goTo(file);
  if (list) {
    fillFilters();
    showList();
    byId("files").scrollIntoView();
  }
}

function drawCharts() {
  drawTreemap();
  drawTimeline();
}

makeFilters();
makeLegend();
showList();
drawCharts();
listen();
follow();
addEventListener("hashchange", follow);
addEventListener("beforeprint", () => showMore(Math.min(shown.length, MOST_PRINTED)));
let resized = 0;
addEventListener("resize", () => { clearTimeout(resized); resized = setTimeout(drawCharts, 150); });
NARROW.addEventListener("change", () => {
  for (const row of byId("list").children) {
    const file = files[Number(row.id.slice(5))];
    const wasOpen = isOpen(file);
    row.lastChild.replaceChildren();
    if (wasOpen) setOpen(file, true);
  }
});
document.documentElement.dataset.ready = "yes";
