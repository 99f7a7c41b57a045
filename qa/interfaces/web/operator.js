// The operator's page: what was asked and what became of it, what comes in, what is held. It only reads.

import { Gone, get, post, remove } from "./api.js";
import { $, button, h, home, say, set } from "./dom.js";
import { bars, columns } from "./plot.js";
import { count, moment, number, shortDay } from "./text.js";

const REASONS = {
  no_evidence: "nothing on it", false_premise: "false premise", out_of_range: "outside its days", empty_archive: "archive empty",
  unverified: "nothing verified", interrupted: "interrupted", model_unavailable: "model unavailable",
};
const WHY = {
  unfound: "not in the passage", furniture: "page furniture", order: "an order to a machine", not_given: "passage not given",
  unsupported: "claim not supported",
};
const STATUS = { answered: "answered", partial: "in part", not_answered: "not answered" };
const SHOWN = { all: ["All", ""], silent: ["Not answered", "&status=not_answered"], good: ["Good", "&rated=true"], bad: ["Bad", "&rated=false"] };
const words = (known, name) => known[name] ?? name.replaceAll("_", " ");
const milliseconds = (value) => (value >= 1000 ? `${number(value / 1000)} s` : `${number(Math.round(value))} ms`);

class Board {
  constructor() {
    this.days = 30;
    this.shown = "all";
    this.place = $("board");
    $("leave").addEventListener("click", async () => { await remove("v1/session"); this.show(); });
  }

  /** Ask for everything, then show it; what a focused control was is focused again. */
  async show() {
    const focused = document.activeElement?.id;
    set(this.place, "aria-busy", "true");
    try {
      const [session, activity, stats, archive, feeds, jobs, quarantine, log] = await Promise.all([
        get("v1/session"), get(`v1/activity?days=${this.days}`), get("v1/stats"), get("v1/archive"), get("v1/feeds"),
        get("v1/jobs?limit=20"), get("v1/quarantine?limit=50"), this.#log(),
      ]);
      $("leave").hidden = !session.name;
      this.place.replaceChildren(
        this.#controls(), figures(stats, activity, archive), plots(activity, stats),
        section("Answers", this.#answers(log)), pair(section("Feeds", feedList(feeds.feeds)), section("Jobs", jobList(jobs.jobs))),
        section("Quarantine", quarantineList(quarantine.quarantined, stats.quarantined)));
      if (focused) $(focused)?.focus();
    } catch (error) {
      this.place.replaceChildren(this.#trouble(error));
    }
    set(this.place, "aria-busy", "false");
  }

  #log(before = "") {
    return get(`v1/answers?limit=25${SHOWN[this.shown][1]}${before && `&before=${before}`}`);
  }

  #controls() {
    const again = button("Look again", async () => { await this.show(); say("Looked again."); }, { id: "again", class: "plain" });
    const choices = [7, 30, 90].map((days) => this.#pick(`days-${days}`, `${days} days`, this.days === days, () => { this.days = days; }));
    return h("div", { class: "controls" }, h("div", { class: "choice", role: "group", "aria-label": "Of the last" }, ...choices), again);
  }

  #pick(id, name, on, choose) {
    return button(name, () => { choose(); this.show(); }, { id, "aria-pressed": String(on) });
  }

  #answers(log) {
    const choices = Object.entries(SHOWN).map(([key, [name]]) => this.#pick(`shown-${key}`, name, this.shown === key, () => { this.shown = key; }));
    const list = h("ol", { class: "entries" }, ...log.answers.map(answer));
    const place = h("div", {}, h("div", { class: "choice", role: "group", "aria-label": "Which answers" }, ...choices),
      log.answers.length ? list : h("p", { class: "remark" }, "None."));
    this.#more(place, list, log.next);
    return place;
  }

  #more(place, list, next) {
    if (!next) return;
    const older = button("Older answers", async () => {
      const log = await this.#log(next);
      const made = log.answers.map(answer);
      list.append(...made);
      older.remove();
      this.#more(place, list, log.next);
      made[0]?.querySelector("summary").focus();
    }, { class: "plain" });
    place.append(older);
  }

  #trouble(error) {
    const locked = error.status === 401 || error.status === 403;
    const title = locked ? "This page asks for a key with the scope admin" : error instanceof Gone ? "The server does not answer" : "This cannot be shown";
    return h("section", { class: "front" }, h("h2", {}, title), h("p", { class: "dek" }, error.message),
      locked ? this.#signIn() : h("p", { class: "tools" }, button("Try again", () => this.show())));
  }

  #signIn() {
    const field = h("input", { type: "password", autocomplete: "off", "aria-label": "Key", placeholder: "Key" });
    const said = h("p", { class: "said", role: "alert" });
    return h("form", { class: "reason", onsubmit: async (event) => {
      event.preventDefault();
      try {
        await post("v1/session", { key: field.value.trim() });
        await this.show();
      } catch (error) {
        said.textContent = error.message;
        field.select();
      }
    } }, field, h("button", { type: "submit", class: "main" }, "Use this key"), said);
  }
}

const section = (title, ...children) => h("section", { "aria-label": title }, h("h2", {}, title), ...children);
const pair = (...children) => h("div", { class: "pair" }, ...children);

function figures(stats, activity, archive) {
  const sum = (key) => activity.days.reduce((total, day) => total + day[key], 0);
  const behind = Math.max(0, ...Object.values(stats.behind));
  const budget = activity.tokens_per_day ? `${number(activity.tokens_today)} of ${number(activity.tokens_per_day)}` : number(activity.tokens_today);
  const told = [
    ["Articles", number(stats.articles)], ["Passages", number(stats.passages)], ["Independent origins", number(stats.origins)],
    ["Undated", number(stats.undated)], ["Dates inferred", number(stats.inferred)], ["Index lag", number(behind), behind > 0],
    ["Quarantined", number(stats.quarantined), stats.quarantined > 0], ["Feeds failing", `${stats.feeds_failing} of ${stats.feeds}`, stats.feeds_failing > 0],
    ["Dropped quotes", number(sum("dropped"))], ["Model errors", number(sum("model_errors")), sum("model_errors") > 0],
    ["Tokens today", budget, activity.tokens_per_day > 0 && activity.tokens_today >= activity.tokens_per_day],
    ...(activity.cost === null ? [] : [["Cost of these days", number(activity.cost)]]),
    ["Good / bad", `${sum("good")} / ${sum("bad")}`], ["Answers written by", archive.model ?? "quoting"],
  ];
  return h("dl", { class: "figures" }, ...told.map(([name, value, bad]) => h("div", { class: bad ? "bad" : "" }, h("dt", {}, name), h("dd", {}, value))));
}

function plots(activity, stats) {
  const counted = (found, known) => Object.entries(found).map(([name, many]) => ({ name: words(known, name || "no reason"), values: [many] }));
  const stages = activity.stages.map((stage) => ({ name: stage.stage, values: [stage.p50, stage.p95] }));
  const months = everyMonth(stats.periods).slice(-36);
  const tokens = [["prompt_tokens", "read"], ["completion_tokens", "written"]];
  const none = h("p", { class: "remark" }, "Nothing yet.");
  const drawn = (rows, plot) => (rows.length ? plot() : none.cloneNode(true));
  const daily = (title, series) => {
    const some = activity.days.some((day) => series.some(([key]) => day[key]));
    return section(title, some ? columns(title, activity.days, series) : h("p", { class: "remark" }, "Nothing in these days."));
  };
  return h("div", { class: "pair" },
    daily("Answers by day", [["answered", "answered"], ["partial", "in part"], ["not_answered", "not answered"]]),
    section("Time by stage", drawn(stages, () => bars("Time by stage", stages, ["median", "95th percentile"], { form: milliseconds }))),
    section("Why not answered", drawn(Object.keys(activity.reasons), () => bars("Why not answered", counted(activity.reasons, REASONS), ["answers"]))),
    section("Why quotes were dropped", drawn(Object.keys(activity.dropped), () => bars("Why quotes were dropped", counted(activity.dropped, WHY), ["quotes and claims"]))),
    daily("Tokens by day", tokens),
    daily("What readers thought", [["good", "good"], ["bad", "bad"]]),
    section("Articles by month", drawn(months, () => columns("Articles by month of publication", months, [["articles", "articles"]]))));
}

/** The months of articles with those between that have none, so that a gap is seen as one. */
function everyMonth(periods) {
  const held = new Map(periods.map((period) => [period.from, period.articles]));
  const found = [];
  for (const month = new Date(periods[0]?.from ?? Infinity); month <= new Date(periods.at(-1)?.from ?? 0); month.setUTCMonth(month.getUTCMonth() + 1)) {
    const day = month.toISOString().slice(0, 10);
    found.push({ day, articles: held.get(day) ?? 0 });
  }
  return found;
}

function answer(one) {
  const mark = h("span", { class: one.status === "answered" ? "state" : "state bad" }, words(STATUS, one.status));
  const asked = one.question ? h("span", { class: "words" }, one.question) : h("span", { class: "unsaid" }, "question not kept");
  const facts = [milliseconds(one.timings.total ?? 0), one.dropped.length ? `${count(one.dropped.length, "quote")} dropped` : "",
    one.good === null ? "" : one.good ? "called good" : "called bad", one.model_error ? "model failed" : ""].filter(Boolean).join(" · ");
  const stages = Object.entries(one.timings).map(([stage, took]) => `${stage} ${milliseconds(took)}`).join(", ");
  return h("li", {}, h("details", {},
    h("summary", {}, h("span", { class: "at" }, moment(one.at)), mark, asked, h("span", { class: "small" }, facts)),
    h("div", { class: "more" },
      one.reason ? h("p", {}, `Reason: ${words(REASONS, one.reason)}.`) : null,
      h("p", {}, `${one.mode === "model" ? `Written by ${one.model}` : "Quoted from the articles"}; ${count(one.citations, "citation")}; ${number(one.prompt_tokens)} + ${number(one.completion_tokens)} tokens; ${one.key ? `key ${one.key}` : "from this machine"}.`),
      one.model_error ? h("p", {}, `The model failed: ${words({}, one.model_error)}.`) : null,
      h("p", {}, `Time: ${stages}.`),
      one.said ? h("p", {}, "Its reader wrote: ", h("span", { class: "words" }, one.said)) : null,
      ...one.dropped.map((drop) => h("div", {}, h("p", {}, `Dropped: ${words(WHY, drop.why)}.`),
        drop.words ? h("blockquote", {}, drop.words) : h("p", { class: "unsaid" }, "its words are not kept"))),
      one.question ? h("p", {}, home(`a/${one.answer_id}`, "Open the answer")) : null)));
}

function feedList(feeds) {
  if (!feeds.length) return h("p", { class: "remark" }, "None is followed.");
  const bad = (feed) => feed.state === "failing" || feed.state === "gone";
  return h("ul", { class: "entries" }, ...[...feeds].sort((one, other) => bad(other) - bad(one)).map((feed) => h("li", { class: "entry" },
    h("span", { class: bad(feed) ? "state bad" : "state" }, feed.state), h("span", { class: "words" }, feed.title || feed.url),
    h("p", { class: "small" }, [feed.title ? feed.url : "", `${count(feed.entries, "entry", "entries")} read`,
      feed.checked_at ? `looked at ${moment(feed.checked_at)}` : "not looked at yet", feed.failures ? `failed ${count(feed.failures, "time")} in a row` : "",
      feed.reason].filter(Boolean).join(" · ")))));
}

function jobList(jobs) {
  if (!jobs.length) return h("p", { class: "remark" }, "None.");
  return h("ul", { class: "entries" }, ...jobs.map((job) => h("li", { class: "entry" },
    h("span", { class: "state" }, job.state), h("span", { class: "words" }, job.what),
    h("p", { class: "small" }, [moment(job.updated), `${number(job.done)} of ${number(job.items)} done`,
      ...["waiting", "new", "changed", "unchanged", "copies", "refused"].filter((name) => job[name]).map((name) => `${number(job[name])} ${name}`)].join(" · ")))));
}

function quarantineList(found, all) {
  if (!found.length) return h("p", { class: "remark" }, "Nothing was refused.");
  return h("div", {}, h("ul", { class: "entries" }, ...found.map((one) => h("li", { class: "entry" },
    h("span", { class: "at" }, moment(one.at)), h("span", { class: "words" }, one.source), h("p", { class: "small" }, one.reason)))),
    all > found.length ? h("p", { class: "remark" }, `The newest ${found.length} of ${number(all)}.`) : null);
}

await new Board().show();
