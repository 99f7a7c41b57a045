// Words and numbers: code points, days, and how a date was reached.

/** Offsets on the wire count code points; JavaScript's own count UTF-16 units. */
export class Points {
  constructor(text) {
    this.points = Array.from(text);
  }

  cut(start, end) {
    return this.points.slice(start, end).join("");
  }

  get length() {
    return this.points.length;
  }
}

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const MONTH = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
const SHORT = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

const at = (iso) => new Date(`${iso}T00:00:00Z`);
export const day = (iso) => (iso ? DAY.format(at(iso)) : "date not known");
export const shortDay = (iso) => (iso ? SHORT.format(at(iso)) : "undated");
export const moment = (iso) => MOMENT.format(new Date(iso));

/** The days of a date and, where its article gives one, the time of day in its words. */
export const when = (dated) => span(dated.from, dated.to) + (dated.time ? `, ${dated.time.text}` : "");

/** A half-open interval of days, in words; a whole month or year by its name. */
export function span(from, to) {
  if (!from) return to ? `before ${day(to)}` : "date not known";
  if (!to) return `since ${day(from)}`;
  const last = new Date(at(to) - 86400000).toISOString().slice(0, 10);
  if (from.endsWith("-01-01") && to.endsWith("-01-01") && +to.slice(0, 4) === +from.slice(0, 4) + 1) return from.slice(0, 4);
  if (from.endsWith("-01") && to.endsWith("-01") && at(to) - at(from) <= 31 * 86400000) return MONTH.format(at(from));
  return last <= from ? day(from) : `${day(from)} to ${day(last)}`;
}

const PUBLISHED = {
  given: "as its source gives it",
  metadata: "from the page’s metadata",
  feed: "from the feed",
  dateline: "from its own dateline",
  url: "from its address",
  guess: "a guess from the page",
  inferred: "inferred from other articles",
  unknown: "no source gives a date",
};
const SPOKEN = {
  stated: "stated in the article",
  resolved: "worked out from the article’s own date",
  inferred: "inferred from other articles",
  unknown: "cannot be placed",
};

/** How a date of publication is known. */
export const publishedBasis = (published) => PUBLISHED[published.basis] ?? published.basis;

/** A date of publication in words: a day, an interval that other articles leave, or that none is known. */
export const publishedDay = (published, form = day) =>
  !published.date && (published.from || published.to) ? span(published.from, published.to) : form(published.date);

/** How a date that a claim speaks of was reached. */
export const dateBasis = (basis) => SPOKEN[basis] ?? basis;

export const count = (number, one, many = `${one}s`) => `${number.toLocaleString("en-GB")} ${number === 1 ? one : many}`;

const NUMBER = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });
export const number = (value) => NUMBER.format(value);

export const outlet = (cited) => cited.publisher || "Outlet not known";
