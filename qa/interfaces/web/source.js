// The article beside the answer: its words exactly as archived, quotes marked, furniture greyed.

import { get, Problem } from "./api.js";
import { $, button, h, icon, outside } from "./dom.js";
import { Points, count, outlet, publishedBasis } from "./text.js";
import { published } from "./turn.js";

const narrow = matchMedia("(max-width: 64rem)");

export class Source {
  constructor() {
    this.pane = $("source");
    this.opener = null;
    narrow.addEventListener("change", () => this.#shade());
  }

  get open() {
    return !this.pane.hidden;
  }

  /** Show the article of a citation at its quote; `others` are the answer's citations, `opener` gets the focus back. */
  async quote(cited, others, opener) {
    this.opener = opener ?? this.opener;
    this.#frame(cited, "Opening the article…");
    try {
      const article = await get(path(cited.article_id, cited.version));
      if (this.cited === cited) this.#show(article, cited, others.filter((each) => same(each, cited)));
    } catch (error) {
      if (this.cited === cited) this.#missing(cited, error);
    }
  }

  /** Show an article from its start. */
  async article(summary, opener) {
    await this.quote({ article_id: summary.id, ...summary, quote: null }, [], opener);
  }

  close() {
    if (!this.open) return;
    this.pane.hidden = true;
    this.cited = null;
    this.#shade();
    const back = this.opener?.isConnected ? this.opener : $("question");
    back.focus();
  }

  #frame(cited, words) {
    this.cited = cited;
    this.title = h("h2", { id: "source-title", tabindex: "-1", dir: "auto" }, cited.title || outlet(cited));
    this.body = h("div", { class: "article", tabindex: "0", role: "region", "aria-label": "Text of the article" }, h("p", { class: "remark" }, words));
    const away = button(icon("close"), () => this.close(), { class: "away", "aria-label": "Close the article" });
    this.facts = h("div", { class: "facts" },
      h("p", {}, h("span", { class: "who", dir: "auto" }, outlet(cited)), ", ", published(cited),
        cited.published.basis !== "unknown" ? ` ${publishedBasis(cited.published)}` : ""));
    this.pane.replaceChildren(h("header", {}, this.title, away, this.facts), this.body);
    this.pane.hidden = false;
    this.#shade();
    this.title.focus();
  }

  #show(article, cited, marked) {
    const points = new Points(article.text);
    this.body.replaceChildren(...pieces(points, article.furniture, marked.length ? marked : [cited], cited));
    if (article.authors.length) this.facts.append(h("p", { dir: "auto" }, article.authors.join(", ")));
    if (article.url) this.facts.append(h("p", {}, outside(article.url)));
    if (article.versions > 1) this.facts.append(h("p", { class: "remark" }, `Version ${article.version} of ${article.versions}`));
    this.#arrive(cited, points, marked);
  }

  #arrive(cited, points, marked) {
    if (!cited.quote) return;
    const mark = this.body.querySelector("mark.here");
    if (!mark || points.cut(cited.start, cited.end) !== cited.quote) {
      this.facts.append(h("p", { class: "remark" }, "The quote is not where it was in this version of the article."));
      return;
    }
    if (marked.length > 1) this.facts.append(h("p", { class: "remark" }, `${count(marked.length, "quote")} of this article in the answer`));
    this.body.scrollTop = mark.offsetTop - this.body.clientHeight / 3; // scrollIntoView would move the answer, too
  }

  #missing(cited, error) {
    const gone = error instanceof Problem && error.status === 404;
    const words = gone ? "This article is no longer in the archive. The quote as it was cited:" : `${error.message} The quote as it was cited:`;
    this.body.replaceChildren(h("p", { class: "remark" }, words), h("blockquote", { dir: "auto" }, cited.quote ?? ""));
  }

  /** On a narrow screen the pane covers the page, so the page behind it is out of reach. */
  #shade() {
    const covered = this.open && narrow.matches;
    for (const part of document.querySelectorAll("main, .masthead")) part.inert = covered;
    document.body.classList.toggle("reading", this.open);
  }
}

const path = (id, version) => `v1/articles/${encodeURIComponent(id)}${version ? `?version=${version}` : ""}`;
const same = (one, other) => one.article_id === other.article_id && one.version === other.version;

/** The whole text in pieces: what is marked, what is furniture, and the rest. Together they are the text. */
function pieces(points, furniture, marked, here) {
  const quotes = marked.filter((cited) => cited.quote);
  const edges = new Set([0, points.length]);
  for (const [start, end] of [...furniture, ...quotes.map((cited) => [cited.start, cited.end])]) edges.add(start).add(end);
  const cuts = [...edges].filter((edge) => edge >= 0 && edge <= points.length).sort((one, other) => one - other);
  return cuts.slice(1).map((end, n) => {
    const start = cuts[n];
    const words = points.cut(start, end);
    const within = (from, to) => from <= start && end <= to;
    const quote = quotes.find((cited) => within(cited.start, cited.end));
    if (quote) return h("mark", { class: within(here.start, here.end) ? "here" : "other" }, words);
    if (furniture.some(([from, to]) => within(from, to))) return h("span", { class: "furniture" }, words);
    return h("span", {}, words);
  });
}
