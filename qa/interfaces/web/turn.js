// One question with its answer, built part by part as it arrives; an old answer is the same parts at once.

import { footing, markdown, plain, toClipboard } from "./copy.js";
import { post } from "./api.js";
import { button, h, icon, inside, say, set } from "./dom.js";
import { floats, show } from "./float.js";
import { count, dateBasis, day, outlet, publishedBasis, publishedDay, shortDay, when } from "./text.js";

const NONE = {
  empty_archive: "The archive is empty",
  false_premise: "The articles do not say what the question takes for granted",
  out_of_range: "Outside what the articles cover",
  interrupted: "The model broke off",
  unverified: "Nothing that could be verified",
};
const SLOW = 8_000;

export class Turn {
  /** `desk` is the page around it: `open(citation, turn)`, `ask(question)`, `again(turn)`. */
  constructor(question, desk) {
    this.question = question;
    this.desk = desk;
    this.answer = null;
    this.citations = new Map();
    this.told = [];
    this.heading = h("h2", { class: "question", dir: "auto", tabindex: "-1" }, question);
    this.progress = h("p", { class: "progress", "aria-live": "off" }, "Looking through the archive…");
    this.claims = h("div", { class: "claims" });
    this.rest = h("div", { class: "rest" });
    this.node = h("article", { class: "turn", "aria-label": question }, this.heading, this.progress, this.claims, this.rest);
    this.timer = setTimeout(() => this.#slow(), SLOW);
  }

  take({ name, data }) {
    const part = { sources: "sources", claim: "claim", conflict: "conflict", timeline: "timeline", suggestions: "suggestions" }[name];
    if (part) this[part](data);
  }

  sources({ articles }) {
    this.progress.textContent = articles.length
      ? `Reading ${count(articles.length, "article")}…`
      : "Nothing in the archive is near this question…";
  }

  claim({ claim, citations }) {
    this.#learn(citations);
    this.told.push(claim.text);
    this.claims.append(h("p", { class: "claim", dir: "auto" }, ...this.#words(claim), ...this.chips(claim.citations)));
  }

  conflict({ conflict, citations }) {
    this.#learn(citations);
    const heading = conflict.update ? "Told differently over time" : "Sources disagree";
    this.rest.append(
      h("section", { class: "conflict", "aria-label": heading },
        h("h3", {}, heading),
        conflict.about ? h("p", { class: "about", dir: "auto" }, conflict.about) : null,
        h("ul", {}, ...conflict.values.map((value) => this.#side(value)))));
  }

  timeline({ moments, citations }) {
    this.#learn(citations);
    this.rest.append(
      h("section", { class: "timeline", "aria-label": "Timeline" },
        h("h3", {}, "Timeline"),
        h("ol", {}, ...moments.map((moment) =>
          h("li", {},
            dated(when(moment),
              [moment.role === "report" ? "the day on which it was told" : "", dateBasis(moment.basis), moment.why]),
            h("span", { class: "how" }, [
              moment.role === "report" ? "told then" : "", moment.basis === "inferred" ? "inferred" : "",
              moment.origins > 1 ? count(moment.origins, "independent origin") : "",
            ].filter(Boolean).map((each) => ` · ${each}`).join("")),
            h("p", { dir: "auto" }, moment.text, ...this.chips(moment.citations)))))));
  }

  suggestions({ questions }) {
    this.asks = h("section", { class: "suggestions", "aria-label": "Ask next", "aria-live": "off" },
      h("h3", {}, "Ask next"),
      h("ul", {}, ...questions.map((words) => h("li", {}, button(words, () => this.desk.ask(words), { dir: "auto" })))));
  }

  /** The answer is complete. What was told on the way stays as it stands if it is the same. */
  done(answer) {
    this.answer = answer;
    this.#settle();
    const same = answer.claims.length === this.told.length && answer.claims.every((claim, n) => claim.text === this.told[n]);
    if (!same) this.#retell(answer);
    if (!answer.claims.length) this.claims.append(none(answer));
    this.rest.append(...this.#remarks(answer), ...this.#receipts(answer), this.asks ?? "", this.#tools(answer));
    return this;
  }

  /** An answer that was given before. */
  show(answer) {
    this.#retell(answer);
    return this.done(answer);
  }

  /** A turn of which only the words were kept. */
  old(text) {
    this.#settle();
    this.claims.append(h("p", { class: "claim", dir: "auto" }, text));
    return this;
  }

  /** It ended otherwise; what was verified until then stays. */
  failed(heading, words, ...more) {
    this.#settle();
    this.over = h("section", { class: "failed" }, h("h3", {}, heading), h("p", {}, words),
      h("p", { class: "tools" }, button("Try again", () => this.desk.again(this))), ...more);
    this.rest.append(this.over);
  }

  chips(numbers) {
    return numbers.map((n) => this.#chip(n)).filter(Boolean);
  }

  #learn(citations) {
    for (const cited of citations) this.citations.set(cited.n, cited);
  }

  #settle() {
    clearTimeout(this.timer);
    this.progress.remove();
  }

  #slow() {
    this.progress.textContent = "Still reading. The model takes its time; you can stop, or wait.";
    say("Still reading.");
  }

  #retell(answer) {
    this.told = [];
    this.claims.replaceChildren();
    this.rest.replaceChildren();
    for (const claim of answer.claims) this.claim({ claim, citations: answer.citations });
    for (const conflict of answer.conflicts) this.conflict({ conflict, citations: answer.citations });
    if (answer.timeline?.length) this.timeline({ moments: answer.timeline, citations: answer.citations });
    if (answer.suggestions?.length) this.suggestions({ questions: answer.suggestions });
  }

  #chip(n) {
    const cited = this.citations.get(n);
    if (!cited) return null;
    const label = `Source ${n}: ${outlet(cited)}, ${publishedDay(cited.published, shortDay)}. Open the article.`;
    const node = button(String(n), () => this.desk.open(cited, this, node), { class: "chip", "aria-label": label });
    return floats(node, () => card(cited));
  }

  /** The words of a claim, with each date that was worked out as a thing to ask about. */
  #words(claim) {
    const pieces = [];
    let from = 0;
    for (const date of placed(claim)) {
      pieces.push(claim.text.slice(from, date.at), dated(date.text, [when(date), dateBasis(date.basis), date.why]));
      from = date.at + date.text.length;
    }
    return [...pieces, claim.text.slice(from)];
  }

  #side(value) {
    const said = value.citations.map((n) => this.citations.get(n)).filter(Boolean);
    return h("li", {}, h("strong", { dir: "auto" }, value.value), ...said.map((cited) =>
      h("div", { class: "voice" },
        h("span", { class: "who", dir: "auto" }, outlet(cited)), ", ", published(cited), ...this.chips([cited.n]),
        h("blockquote", { dir: "auto" }, cited.quote))));
  }

  #remarks(answer) {
    const words = [...answer.notes];
    if (answer.status === "partial") words.unshift("Part of what was written could not be verified and was left out.");
    if (answer.standalone_question !== answer.question) words.unshift(`Understood as: ${answer.standalone_question}`);
    if (answer.as_of) words.push(`As of ${day(answer.as_of)}: what was published later is not known.`);
    return words.map((each) => h("p", { class: "remark", dir: "auto" }, each));
  }

  #receipts(answer) {
    if (!answer.citations.length) return [];
    const rows = answer.citations.map((cited) =>
      h("li", {}, ...this.chips([cited.n]),
        h("span", {}, h("span", { class: "who", dir: "auto" }, outlet(cited)), ", ", published(cited), " ",
          h("span", { class: "title", dir: "auto" }, cited.title))));
    const how = answer.mode === "model" ? `written by ${answer.model ?? "a model"}, quotes verified` : "quoted, word for word";
    return [h("section", { class: "receipts", "aria-label": "Sources", "aria-live": "off" },
      h("p", { class: "footing" }, `${footing(answer)} · ${how}`), h("ul", {}, ...rows))];
  }

  #tools(answer) {
    return h("div", { class: "tools", "aria-live": "off" },
      copies("Copy", () => plain(answer)),
      copies("Copy as Markdown", () => markdown(answer)),
      answer.id ? inside(`a/${answer.id}`, { class: "plain" }, "Link") : null,
      button("Ask again", () => this.desk.again(this)),
      answer.id ? thumbs(answer.id) : null);
  }
}

function none(answer) {
  return h("section", { class: "none" },
    h("h3", {}, NONE[answer.reason] ?? "Not answered by these articles"),
    h("p", { dir: "auto" }, answer.text));
}

/** The dates of a claim that are found in its words, in order, none inside another. */
function placed(claim) {
  const found = (claim.dates ?? []).map((date) => ({ ...date, at: claim.text.indexOf(date.text) })).filter((date) => date.text && date.at >= 0);
  found.sort((one, other) => one.at - other.at);
  let end = 0;
  return found.filter((date) => {
    const free = date.at >= end;
    if (free) end = date.at + date.text.length;
    return free;
  });
}

/** A date in words; how it was reached shows on hover and focus. */
function dated(words, why) {
  const told = why.filter(Boolean);
  const build = () => [h("p", { class: "basis" }, told[0]), ...told.slice(1).map((each) => h("p", { class: "why" }, each))];
  // Not a real button: those do not break across lines, and a full stop after one would.
  const node = h("span", { class: "date", role: "button", tabindex: 0, "aria-label": `${words}: ${told.join("; ")}`,
    onclick: () => show(node, build), onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); show(node, build); } } }, words);
  return floats(node, build);
}

export function published(cited) {
  const { published: when } = cited;
  return dated(publishedDay(when, shortDay), [`Published ${publishedDay(when)}`, publishedBasis(when), when.why]);
}

export function card(cited) {
  return [
    h("blockquote", { dir: "auto" }, cited.quote),
    h("p", { class: "by" }, h("span", { class: "who", dir: "auto" }, outlet(cited)), `, ${publishedDay(cited.published)}`),
    h("p", { class: "why" }, `Date ${publishedBasis(cited.published)}. Open to read it in the article.`),
  ];
}

function copies(words, make) {
  const node = button(words, async () => {
    const done = await toClipboard(make());
    node.textContent = done ? "Copied" : "Not allowed";
    say(done ? "Copied" : "The browser does not allow copying.");
    setTimeout(() => { node.textContent = words; }, 1500);
  });
  return node;
}

function thumbs(id) {
  const place = h("span", { class: "thumbs", role: "group", "aria-label": "What do you think of this answer?" });
  const up = button(icon("up"), () => rate(true), { "aria-label": "Good answer", "aria-pressed": "false" });
  const down = button(icon("down"), () => rate(false), { "aria-label": "Something is wrong", "aria-pressed": "false" });
  const why = reason((words) => post("v1/feedback", { answer_id: id, good: false, reason: words }));

  async function rate(good) {
    try {
      await post("v1/feedback", { answer_id: id, good });
    } catch (error) {
      say(error.message);
      return;
    }
    set(up, "aria-pressed", String(good));
    set(down, "aria-pressed", String(!good));
    why.hidden = good;
    if (good) say("Thank you.");
    else why.querySelector("input").focus();
  }

  place.append(up, down, why);
  return place;
}

function reason(send) {
  const field = h("input", { type: "text", maxlength: 2000, placeholder: "What is wrong?", "aria-label": "What is wrong?" });
  const form = h("form", { class: "reason", hidden: true, onsubmit: async (event) => {
    event.preventDefault();
    const next = form.closest(".thumbs").querySelector("button:nth-of-type(2)");
    try {
      await send(field.value);
      say("Thank you.");
      form.replaceChildren(h("span", { class: "remark" }, "Thank you."));
      next.focus();
    } catch (error) {
      say(error.message);
    }
  } }, field, h("button", { type: "submit" }, "Send"));
  return form;
}

