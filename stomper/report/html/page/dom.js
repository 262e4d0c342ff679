// Everything of others gets into the page as text: nothing here makes markup of it.
const SVG = "http://www.w3.org/2000/svg";

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function shape(name, attributes = {}, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

function titled(made, text) {
  made.append(shape("title", {}, text));
  return made;
}

const byId = (id) => document.getElementById(id);
const dataOf = (id) => JSON.parse(byId(id).textContent);
const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
const seconds = (value) => (value < 9.95 ? `${value.toFixed(1)} s` : value < 60 ? `${Math.round(value)} s`
  : `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`);

// A list of texts, or nothing where there is none of them.
function listOf(items, make, attributes = {}) {
  return items && items.length ? [element("ul", attributes, ...items.map((item) => make(item)))] : [];
}
