// Plots as inline SVG, each with its numbers as a table beside it.

import { h, svg } from "./dom.js";
import { number, shortDay } from "./text.js";

const HIGH = 150, LEFT = 44, LOW = 20, BROAD = 64, LETTER = 6.2;
const KEYS = ["a", "b", "c"];
const NARROW = matchMedia("(max-width: 40rem)");
/** Units across: as many as pixels, about, so that the words in a plot are read on a phone too. */
const across = () => (NARROW.matches ? 350 : 520);

/** Stacked columns, one a day: `rows` are `{day, ...}`, `series` are `[key, name]`, the first at the bottom. */
export function columns(title, rows, series, { form = number } = {}) {
  const sums = rows.map((row) => series.reduce((sum, [key]) => sum + row[key], 0));
  const top = nice(Math.max(1, ...sums)), WIDE = across();
  const step = (WIDE - LEFT) / Math.max(1, rows.length), broad = Math.min(BROAD, step * .76);
  const at = (value) => HIGH - (value / top) * (HIGH - 10);
  const bars = rows.flatMap((row, place) => {
    let below = 0;
    return series.map(([key], kind) => {
      if (!row[key]) return null;
      const [from, to] = [at(below), at(below += row[key])];
      return svg("rect", { class: `bar ${KEYS[kind]}`, x: LEFT + (place + .5) * step - broad / 2, y: to, width: broad, height: from - to },
        svg("title", {}, `${shortDay(row.day)}: ${form(row[key])} ${series[kind][1]}`));
    });
  });
  const lines = [0, top / 2, top].filter(Number.isInteger).flatMap((value) => [
    svg("line", { class: "axis", x1: LEFT, x2: WIDE, y1: at(value), y2: at(value) }),
    svg("text", { x: LEFT - 6, y: at(value) + 4, "text-anchor": "end" }, form(value)),
  ]);
  const ends = rows.length ? [
    svg("text", { x: LEFT, y: HIGH + LOW - 4 }, shortDay(rows[0].day)),
    rows.length > 1 ? svg("text", { x: WIDE, y: HIGH + LOW - 4, "text-anchor": "end" }, shortDay(rows.at(-1).day)) : null,
  ] : [];
  const said = series.map(([key, name]) => `${form(rows.reduce((sum, row) => sum + row[key], 0))} ${name}`).join(", ");
  const head = ["Day", ...series.map(([, name]) => name)];
  const body = rows.filter((_, place) => sums[place]).map((row) => [shortDay(row.day), ...series.map(([key]) => form(row[key]))]);
  return figure({ title, said, shown: said, series, height: HIGH + LOW }, [...lines, ...bars, ...ends], [head, ...body]);
}

/** Lying bars: `rows` are `{name, values}`, longest first or in the order given; `series` name the values. */
export function bars(title, rows, series, { form = number } = {}) {
  const top = Math.max(...rows.flatMap((row) => row.values), 0) || 1;
  const line = 14 * series.length + 12, WIDE = across(), end = WIDE - 60;
  const start = Math.min(WIDE / 2, LETTER * Math.max(...rows.map((row) => row.name.length)) + 8);
  const drawn = rows.flatMap((row, place) => [
    svg("text", { class: "name", x: 0, y: place * line + 7 * series.length + 5 }, row.name),
    ...row.values.flatMap((value, kind) => {
      const wide = Math.max(1, (value / top) * (end - start)), y = place * line + 14 * kind;
      return [
        svg("rect", { class: `bar ${KEYS[kind]}`, x: start, y, width: wide, height: 11 }),
        svg("text", { x: start + wide + 6, y: y + 9.500 }, form(value)),
      ];
    }),
  ]);
  const said = rows.map((row) => `${row.name} ${row.values.map(form).join(" and ")}`).join(", ");
  return figure({ title, said, shown: "", series: series.map((name) => ["", name]), height: rows.length * line }, drawn,
    [["", ...series], ...rows.map((row) => [row.name, ...row.values.map(form)])]);
}

/** `said` is the plot in words for who does not see it; `shown` those of them that the bars do not write themselves. */
function figure({ title, said, shown, series, height }, drawn, [head, ...body]) {
  const picture = svg("svg", { viewBox: `0 0 ${across()} ${Math.max(1, height)}`, role: "img", "aria-label": `${title}: ${said}` }, ...drawn);
  const cells = (kind, row) => h("tr", {}, ...row.map((words, place) => h(place ? kind : "th", { scope: place ? null : "row" }, words)));
  const keys = series.length > 1 ? series.map(([, name], kind) => h("span", { class: `key ${KEYS[kind]}` }, name)) : [];
  return h("figure", { class: "plot" },
    h("figcaption", {}, shown ? h("span", {}, shown) : null, ...keys),
    picture,
    h("details", {}, h("summary", {}, "The numbers"),
      h("div", { class: "numbers", tabindex: 0, role: "region", "aria-label": `${title}, the numbers` }, h("table", {},
        h("thead", {}, h("tr", {}, ...head.map((words) => h("th", { scope: "col" }, words)))),
        h("tbody", {}, ...body.map((row) => cells("td", row)))))));
}

/** The next round number: 1, 2 or 5 with zeros. */
function nice(value) {
  const ten = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * ten).find((step) => step >= value);
}
