// The conversations of before.

import { get, remove } from "./api.js";
import { $, beside, button, h, icon, inside, say, set } from "./dom.js";
import { moment } from "./text.js";

export class Rail {
  constructor({ current, fresh }) {
    this.current = current;
    this.fresh = fresh;
    this.node = $("rail");
    this.toggle = $("rail-toggle");
    if (!this.node) return;
    this.list = h("ul", {});
    this.more = button("Earlier", () => this.#load(this.next), { class: "plain", hidden: true });
    this.empty = h("p", { class: "remark" }, "What you ask is kept here.");
    this.start = button("New conversation", () => { this.shut(); fresh(); }, { class: "new" });
    this.foot = h("p", { class: "foot", hidden: true });
    this.node.append(this.start, this.empty, this.list, this.more, this.foot);
    this.toggle.addEventListener("click", () => this.#fold(!document.body.classList.contains("rail-open")));
  }

  async refresh() {
    if (!this.node) return;
    try {
      await this.#load(null);
    } catch (error) {
      this.empty.textContent = error.message;
      this.empty.hidden = false;
    }
  }

  /** Names the key that the page signed in with, if it did, and leads who may see it to the operator's page. */
  signedIn(name, operates, leave) {
    if (!this.node) return;
    this.foot.hidden = !name && !operates;
    this.foot.replaceChildren(
      ...(name ? [h("span", { dir: "auto" }, `Signed in as ${name}. `), button("Sign out", leave, { class: "plain" })] : []),
      ...(operates ? [" ", beside("operator", "Operator", { class: "plain" })] : []));
  }

  shut() {
    if (document.body.classList.contains("rail-open")) this.#fold(false);
  }

  mark() {
    for (const link of this.node?.querySelectorAll("a") ?? []) {
      set(link, "aria-current", link.hash === `#/c/${this.current()}` ? "page" : null);
    }
  }

  #fold(open) {
    document.body.classList.toggle("rail-open", open);
    set(this.toggle, "aria-expanded", String(open));
    if (open) this.start.focus();
    else if (this.node.contains(document.activeElement)) this.toggle.focus();
  }

  async #load(before) {
    const told = await get(`v1/conversations?limit=30${before ? `&before=${encodeURIComponent(before)}` : ""}`);
    const held = before ? [...this.list.children] : [];
    this.list.replaceChildren(...held, ...told.conversations.map((talk) => this.#row(talk)));
    this.next = told.next;
    this.more.hidden = !told.next;
    this.empty.hidden = this.list.children.length > 0;
    this.mark();
  }

  #row(talk) {
    const link = inside(`c/${talk.id}`, { onclick: () => this.shut() },
      h("span", { class: "asked", dir: "auto" }, talk.title), h("span", { class: "when" }, moment(talk.at)));
    const row = h("li", {}, link, this.#remover(talk, () => row));
    return row;
  }

  /** Asks once more in its own place: no dialog for so small a thing. */
  #remover(talk, row) {
    const node = button(icon("close"), async () => {
      if (!node.classList.contains("sure")) {
        node.classList.add("sure");
        node.replaceChildren("Delete?");
        set(node, "aria-label", `Really delete the conversation: ${talk.title}`);
        return;
      }
      await this.#delete(talk, row());
    }, { class: "remove", "aria-label": `Delete the conversation: ${talk.title}` });
    node.addEventListener("blur", () => {
      node.classList.remove("sure");
      node.replaceChildren(icon("close"));
      set(node, "aria-label", `Delete the conversation: ${talk.title}`);
    });
    return node;
  }

  async #delete(talk, row) {
    try {
      await remove(`v1/conversations/${talk.id}`);
    } catch (error) {
      say(error.message);
      return;
    }
    const next = row.nextElementSibling ?? row.previousElementSibling;
    (next?.querySelector("a") ?? this.start).focus();
    row.remove();
    this.empty.hidden = this.list.children.length > 0;
    say("Deleted.");
    if (this.current() === talk.id) this.fresh();
  }
}
