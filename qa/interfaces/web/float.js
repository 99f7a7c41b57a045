// One card that floats beside what is pointed at or focused: a quote with its outlet, or how a date was reached.

import { h, set } from "./dom.js";

const card = h("div", { id: "card", class: "card", role: "tooltip", hidden: true });
let owner = null;
let timer = 0;

card.addEventListener("pointerenter", () => clearTimeout(timer));
card.addEventListener("pointerleave", hideSoon);

/** Show what `build` returns while the pointer or the focus is on `node`; Escape puts it away. */
export function floats(node, build) {
  node.addEventListener("pointerenter", (event) => { if (event.pointerType !== "touch") show(node, build); });
  node.addEventListener("pointerleave", hideSoon);
  node.addEventListener("focus", () => { if (node.matches(":focus-visible")) show(node, build); });
  node.addEventListener("blur", hide);
  return node;
}

export function show(node, build) {
  clearTimeout(timer);
  if (owner === node) return;
  hide();
  owner = node;
  card.replaceChildren(...build());
  (node.closest("main, aside") ?? document.body).append(card); // within a landmark
  card.hidden = false;
  set(node, "aria-describedby", "card");
  place(node.getBoundingClientRect());
}

export function hide() {
  clearTimeout(timer);
  if (owner) set(owner, "aria-describedby", null);
  owner = null;
  card.hidden = true;
}

export const shown = () => owner !== null;

function hideSoon() {
  clearTimeout(timer);
  timer = setTimeout(hide, 200);
}

function place(anchor) {
  const { offsetWidth: width, offsetHeight: height } = card;
  const room = document.documentElement.clientWidth;
  const left = Math.max(8, Math.min(anchor.left - 12, room - width - 8));
  const below = anchor.bottom + 6;
  const top = below + height < window.innerHeight - 8 ? below : Math.max(8, anchor.top - height - 6);
  card.style.left = `${left}px`;
  card.style.top = `${top}px`;
}

addEventListener("scroll", hide, { passive: true, capture: true });
addEventListener("resize", hide);
