// The page: asking, stopping, what stands in the address, and what to show when there is nothing.

import { ask, Gone, get, post, Problem, remove, useKey } from "./api.js";
import { Adding } from "./add.js";
import { $, button, h, inside, say } from "./dom.js";
import { hide, shown } from "./float.js";
import { Rail } from "./rail.js";
import { Source } from "./source.js";
import { count, day, outlet, publishedDay, shortDay } from "./text.js";
import { Turn } from "./turn.js";

const TITLE = "Dateline";
const DEMO = ["when did Russian instructors arrive", "how many US troops are in Niger", "who visited Niamey in December 2023"];

class Desk {
  constructor() {
    this.conversation = null;
    this.running = null;
    this.archive = null;
    this.log = $("log");
    this.field = $("question");
    this.sending = $("send");
    this.source = new Source();
    this.rail = new Rail({ current: () => this.conversation, fresh: () => this.fresh() });
    this.adding = new Adding(() => this.learn());
    this.#listen();
  }

  #listen() {
    $("ask").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.running) this.stop();
      else this.ask(this.field.value);
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (!this.running) this.ask(this.field.value);
    });
    this.field.addEventListener("input", () => this.#grow());
    $("filters").addEventListener("input", () => this.#sayFilters());
    $("clear").addEventListener("click", () => this.#clear());
    document.addEventListener("pointerdown", ({ target }) => { if (!target.closest("#rail, #rail-toggle")) this.rail.shut(); });
    addEventListener("hashchange", () => this.route());
    addEventListener("keydown", (event) => { if (event.key === "Escape") this.#escape(); });
  }

  #escape() {
    if (document.querySelector("dialog[open]")) return;
    if (shown()) hide();
    else if (this.source.open) this.source.close();
    else if (document.body.classList.contains("rail-open")) this.rail.shut();
    else if (this.running) this.stop();
  }

  // -- what stands in the address

  async route() {
    const [, kind, id] = location.hash.split("/").map(decodeURIComponent);
    if (kind === "c" && id === this.conversation) return;
    this.stop();
    this.source.pane.hidden || this.source.close();
    this.#empty();
    const learnt = this.learn();
    if (kind === "c" || kind === "a") await this.#reopen(kind, id);
    await learnt;
    this.rail.mark();
  }

  #empty() {
    this.conversation = null;
    this.log.replaceChildren();
    $("front").replaceChildren();
    document.title = TITLE;
  }

  async #reopen(kind, id) {
    try {
      if (kind === "a") this.#one(await get(`v1/answers/${encodeURIComponent(id)}`));
      else this.#whole(await get(`v1/conversations/${encodeURIComponent(id)}`));
    } catch (error) {
      $("front").replaceChildren(this.#trouble(error), h("p", {}, inside("", {}, "Start anew")));
    }
  }

  #one(answer) {
    this.conversation = answer.conversation_id;
    $("front").replaceChildren(h("p", { class: "remark" }, "One answer, opened by its link. ",
      inside(`c/${answer.conversation_id}`, { onclick: () => { this.conversation = null; } }, "Open its conversation")));
    this.#append(new Turn(answer.question, this).show(answer));
  }

  #whole(told) {
    this.conversation = told.id;
    for (const turn of told.turns) {
      const made = new Turn(turn.question, this);
      this.#append(turn.answer ? made.show(turn.answer) : made.old(turn.text));
    }
    this.log.lastElementChild?.scrollIntoView({ block: "start" });
  }

  #append(turn) {
    this.log.append(turn.node);
    document.title = `${this.log.querySelector(".question").textContent} · ${TITLE}`;
  }

  fresh() {
    if (location.hash.length > 2) location.hash = "#/";
    else this.route();
    this.field.focus();
  }

  // -- asking

  /** Ask a question in the conversation that is open; the words stay where they are if nothing is asked. */
  async ask(words, { instead = null } = {}) {
    const question = words.trim();
    if (!question || this.running) return;
    $("front").replaceChildren();
    const turn = new Turn(question, this);
    if (instead) instead.node.replaceWith(turn.node);
    else this.#append(turn);
    this.field.value = "";
    this.#grow();
    this.#busy(new AbortController());
    turn.node.scrollIntoView({ block: "start" });
    say("Looking through the archive.");
    await this.#follow(turn, this.running);
  }

  async #follow(turn, running) {
    try {
      for await (const event of ask(this.#body(turn.question), running.signal)) {
        if (event.name === "done") this.#done(turn, event.data);
        else if (event.name === "error") this.#failed(turn, new Problem(event.data));
        else turn.take(event);
      }
    } catch (error) {
      if (running.signal.aborted) this.#stopped(turn);
      else this.#failed(turn, error);
    } finally {
      if (this.running === running) this.#busy(null);
    }
  }

  #done(turn, answer) {
    turn.done(answer);
    const first = this.conversation !== answer.conversation_id;
    this.conversation = answer.conversation_id;
    history.replaceState(null, "", `#/c/${answer.conversation_id}`);
    say(answer.claims.length ? `Answered with ${count(answer.claims.length, "sentence")} from ${count(answer.articles, "article")}.` : "Not answered by these articles.");
    if (first || this.rail.next !== undefined) this.rail.refresh();
  }

  #stopped(turn) {
    if (!turn.node.isConnected) return;
    turn.failed("Stopped", turn.told.length ? "What was verified until then is kept above, but not stored." : "Nothing was stored.");
    say("Stopped.");
  }

  #failed(turn, error) {
    const gone = error instanceof Gone;
    const more = error.status === 401 || error.status === 403 ? [this.#keyField(() => this.again(turn))] : [];
    turn.failed(gone ? "The server does not answer" : "No answer this time", gone
      ? "Your question is kept here. Try again when the server is back." : error.message, ...more);
    say(gone ? "The server does not answer." : error.message);
  }

  stop() {
    this.running?.abort();
    if (this.running) this.#busy(null);
  }

  /** Once more: in place of what failed, else as a turn of its own. */
  again(turn) {
    this.ask(turn.question, { instead: turn.over ? turn : null });
    this.field.focus();
  }

  open(cited, turn, opener) {
    this.source.quote(cited, [...turn.citations.values()], opener);
  }

  #busy(controller) {
    this.running = controller;
    this.sending.textContent = controller ? "Stop" : "Ask";
    this.sending.classList.toggle("stop", Boolean(controller));
  }

  #grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, window.innerHeight * 0.4)}px`;
  }

  // -- filters

  #body(question) {
    const outlets = this.#outlets();
    const filters = { publishers: outlets, published_from: $("from").value || null, published_to: $("to").value || null };
    return { question, conversation_id: this.conversation, as_of: $("as-of").value || null, filters };
  }

  #outlets() {
    return [...$("outlets").querySelectorAll("input:checked")].map((box) => box.value);
  }

  #sayFilters() {
    const words = [...this.#outlets()];
    if ($("from").value) words.push(`from ${day($("from").value)}`);
    if ($("to").value) words.push(`to ${day($("to").value)}`);
    if ($("as-of").value) words.push(`as of ${day($("as-of").value)}`);
    $("filters-said").textContent = words.length ? `: ${words.join(", ")}` : "";
    $("filters").classList.toggle("on", words.length > 0);
  }

  #clear() {
    for (const field of $("filters").querySelectorAll("input")) {
      field.checked = false;
      if (field.type === "date") field.value = "";
    }
    this.#sayFilters();
    $("filters").querySelector("summary").focus();
  }

  // -- what is known of the archive, and what to show when nothing is asked

  /** Ask the server what it holds; the front follows. */
  async learn() {
    try {
      this.archive = await get("v1/archive");
    } catch (error) {
      $("writer").textContent = "";
      this.trouble = error;
      this.#front();
      return;
    }
    this.trouble = null;
    await this.#whoAmI();
    this.adding.addresses(this.archive.addresses);
    $("writer").textContent = this.archive.model
      ? `Answers are written by ${this.archive.model} and verified.` : "No language model is set up; answers are quoted.";
    $("outlets").replaceChildren(h("legend", {}, "Outlets"), ...this.archive.outlets.map((each, n) =>
      h("label", { for: `outlet-${n}`, dir: "auto" }, h("input", { type: "checkbox", id: `outlet-${n}`, value: each.name }), ` ${each.name} (${each.articles})`)));
    $("outlets").hidden = !this.archive.outlets.length;
    this.#front();
  }

  /** What is not allowed is not offered; who signed in can sign out. */
  async #whoAmI() {
    const { name, scopes } = await get("v1/session").catch(() => ({ name: null, scopes: [] }));
    this.adds = scopes.includes("ingest");
    if ($("add-open")) $("add-open").hidden = !this.adds;
    this.rail.signedIn(name, scopes.includes("admin"), async () => {
      await remove("v1/session");
      location.reload();
    });
  }

  async #front() {
    if (this.log.children.length || location.hash.length > 2) return;
    const page = $("front");
    if (this.trouble) page.replaceChildren(this.#trouble(this.trouble));
    if (this.trouble || !this.archive) return;
    if (!this.archive.articles) {
      page.replaceChildren(this.#nothing());
      return;
    }
    const held = h("ul", { class: "headlines" });
    page.replaceChildren(h("section", { class: "front" },
      h("h2", {}, "Ask the archive"),
      h("p", { class: "dek" }, "Every sentence of an answer stands on a quote that was checked against its article, letter by letter."),
      this.demo ? suggestions(DEMO, (words) => this.ask(words)) : null,
      h("h3", {}, `In the archive: ${count(this.archive.articles, "article")}`), held));
    const { articles } = await get("v1/articles?limit=6").catch(() => ({ articles: [] }));
    held.append(...articles.map((each) => this.#headline(each)));
  }

  #headline(each) {
    const node = button("", () => this.source.article(each, node), { dir: "auto" });
    node.append(h("span", { class: "title" }, each.title || each.id),
      h("span", { class: "when" }, `${outlet(each)}, ${publishedDay(each.published, shortDay)}`));
    return h("li", {}, node);
  }

  #nothing() {
    const start = button("Try it with five articles", async () => {
      start.disabled = true;
      start.textContent = "Reading five articles…";
      try {
        await post("v1/demo");
        this.demo = true;
        say("Five articles were added.");
      } catch (error) {
        say(error.message);
      }
      await this.learn();
      this.field.focus();
    }, { class: "main" });
    return h("section", { class: "front" }, h("h2", {}, "The archive is empty"),
      h("p", { class: "dek" }, "Dateline answers from articles that you give it, and from nothing else."),
      this.adds ? h("p", { class: "tools" }, start, $("add") ? button("Add your own", () => this.adding.show()) : null) : null,
      this.adds ? h("p", { class: "remark" }, "The five are about Russian instructors in Niger, April 2024. They can be deleted again.") : null);
  }

  #trouble(error) {
    const gone = error instanceof Gone;
    const locked = error.status === 401 || error.status === 403;
    const retry = button("Try again", () => { this.field.focus(); this.route(); });
    return h("section", { class: "front" },
      h("h2", {}, gone ? "The server does not answer" : locked ? "This archive asks for a key" : "This cannot be shown"),
      h("p", { class: "dek" }, gone ? "It may be starting, or stopped. On its machine, “qa serve” starts it." : error.message),
      locked ? this.#keyField(() => this.route()) : h("p", { class: "tools" }, retry));
  }

  async #signIn(field, said) {
    try {
      if ("embed" in document.body.dataset) useKey(field.value.trim());
      else await post("v1/session", { key: field.value.trim() });
      this.rail.refresh();
      return true;
    } catch (error) {
      said.textContent = error.message;
      field.select();
      return false;
    }
  }

  #keyField(then) {
    const field = h("input", { type: "password", autocomplete: "off", "aria-label": "Key", placeholder: "Key" });
    const said = h("p", { class: "said", role: "alert" });
    return h("form", { class: "reason", onsubmit: (event) => {
      event.preventDefault();
      this.#signIn(field, said).then((signed) => signed && then());
    } }, field, h("button", { type: "submit", class: "main" }, "Use this key"), said);
  }
}

function suggestions(questions, pick) {
  return h("ul", { class: "suggestions" }, ...questions.map((words) => h("li", {}, button(words, () => pick(words)))));
}

if (location.hash.startsWith("#key=")) {
  useKey(decodeURIComponent(location.hash.slice(5)));
  history.replaceState(null, "", "#/");
}
const desk = new Desk();
await desk.route();
desk.rail.refresh();
// Enter pressed before this script had loaded left a line break in the field and asked nothing.
if (desk.field.value.endsWith("\n")) desk.ask(desk.field.value);
