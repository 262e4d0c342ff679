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

// A chart of thousands of files takes longer than all else: it is drawn when it comes near what the reader sees.
const CHARTS = { treemap: [drawTreemap, heightOfTreemap], "timeline-chart": [drawTimeline, heightOfTimeline] };
const drawn = new Set();

function draw(id) {
  drawn.add(id);
  CHARTS[id][0]();
}

function watchCharts() {
  const near = new IntersectionObserver((seen) => {
    for (const one of seen.filter((each) => each.isIntersecting && !drawn.has(each.target.id))) draw(one.target.id);
  }, { rootMargin: "400px" });
  for (const [id, [, height]] of Object.entries(CHARTS)) {
    if (!byId(id)) continue;
    byId(id).style.minHeight = `${height()}px`;
    near.observe(byId(id));
  }
}

function drawAll() {
  for (const id of Object.keys(CHARTS)) if (byId(id) && !drawn.has(id)) draw(id);
}

makeFilters();
makeLegend();
showList();
watchCharts();
listen();
follow();
addEventListener("hashchange", follow);
addEventListener("beforeprint", () => { showMore(Math.min(shown.length, MOST_PRINTED)); drawAll(); });
let resized = 0;
addEventListener("resize", () => { clearTimeout(resized); resized = setTimeout(() => [...drawn].forEach(draw), 150); });
NARROW.addEventListener("change", () => {
  for (const row of byId("list").children) {
    const file = files[Number(row.id.slice(5))];
    const wasOpen = isOpen(file);
    row.lastChild.replaceChildren();
    if (wasOpen) setOpen(file, true);
  }
});
document.documentElement.dataset.ready = "yes";
