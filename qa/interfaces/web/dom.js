// The only module that makes elements. Text goes in as text, an address only if it is http or https.

const ATTRIBUTES = new Set([
  "accept", "autocomplete", "dir", "disabled", "for", "hidden", "id", "max", "maxlength", "multiple", "name", "open",
  "placeholder", "role", "rows", "scope", "tabindex", "title", "type", "value",
]);
const DRAWN = new Set([
  "aria-hidden", "aria-label", "class", "d", "height", "role", "text-anchor", "viewBox", "width", "x", "x1", "x2", "y", "y1", "y2",
]);
const SVG = "http://www.w3.org/2000/svg";

/** An element: `h("p", {class: "x", onclick: f}, "text", child)`. Children that are null or false are left out. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Set one attribute, class or listener; what is not on the list is refused. */
export function set(node, name, value) {
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "class") node.className = value;
  else if (!ATTRIBUTES.has(name) && !name.startsWith("aria-")) throw new TypeError(`no attribute ${name}`);
  else if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : String(value));
}

export const button = (words, onclick, props = {}) => h("button", { type: "button", onclick, ...props }, words);

/** A part of a drawing, with the few attributes that a plot needs. */
export function svg(tag, props, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) {
    if (!DRAWN.has(name)) throw new TypeError(`no attribute ${name}`);
    node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** A link to another site, shown as the address it goes to; plain text where the address is not one. */
export function outside(address) {
  const url = web(address);
  if (!url) return address ? h("span", { class: "address" }, address) : null;
  const node = h("a", { class: "address" }, url);
  node.href = url;
  node.target = "_blank";
  node.rel = "noopener noreferrer nofollow";
  return node;
}

/** A link within the page. */
export function inside(path, props, ...children) {
  const node = h("a", props, ...children);
  node.href = `#/${path.split("/").map(encodeURIComponent).join("/")}`;
  return node;
}

/** A link to a place of the chat page, from another page of ours. */
export function home(path, words) {
  const node = inside(path, {}, words);
  node.href = `./${node.hash}`;
  return node;
}

/** A link to another page of ours. */
export function beside(name, words, props = {}) {
  const node = h("a", props, words);
  node.href = name;
  return node;
}

/** The address as it is gone to, or null: http and https only, and none that hides its host behind a user name. */
export function web(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  return /^https?:$/.test(url.protocol) && !url.username && !url.password ? url.href : null;
}

const ICONS = {
  up: "M7 11v9H4v-9zm2 9V11l4-8c1.600 0 2.500 1 2.500 2.500V9h4c1 0 1.700.900 1.500 1.900l-1.300 7.500c-.200.900-.900 1.600-1.900 1.600z",
  down: "M17 13V4h3v9zm-2-9v9l-4 8c-1.600 0-2.500-1-2.500-2.500V15h-4c-1 0-1.700-.900-1.500-1.900l1.300-7.500C4.500 4.700 5.200 4 6.200 4z",
  close: "M5 5l14 14M19 5L5 19",
};

export function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: `icon ${name}` }, svg("path", { d: ICONS[name] }));
}

export const $ = (id) => document.getElementById(id);

/** Say something once to those who listen rather than look. */
export function say(words) {
  const place = $("status");
  place.textContent = "";
  setTimeout(() => { place.textContent = words; }, 50);
}
