// Adding articles: files one by one, or an address where the server takes one. What is refused is named.

import { get, post, upload } from "./api.js";
import { $, button, h, icon, say } from "./dom.js";
import { count } from "./text.js";

export class Adding {
  /** `changed()` is called when the archive has grown. */
  constructor(changed) {
    this.changed = changed;
    this.dialog = $("add");
    this.opener = $("add-open");
    if (!this.dialog) return;
    this.opener.addEventListener("click", () => this.show());
  }

  show() {
    this.#build();
    this.dialog.showModal();
  }

  addresses(taken) {
    this.taken = taken;
  }

  #build() {
    this.files = h("input", { type: "file", id: "add-files", multiple: true, onchange: () => this.#files([...this.files.files]) });
    this.bar = h("progress", { max: 1, "aria-label": "Articles added", hidden: true });
    this.said = h("p", { class: "said", role: "status" });
    this.refused = h("ul", { class: "refused" });
    const away = button(icon("close"), () => this.dialog.close(), { class: "away", "aria-label": "Close" });
    this.dialog.replaceChildren(...[
      h("h2", { id: "add-title" }, "Add articles"), away,
      h("p", {}, "Choose files of articles: saved pages, PDF, Word, Markdown, text, JSON Lines. They stay on this server."),
      h("label", { class: "drop", for: "add-files", ondragover: (event) => event.preventDefault(), ondrop: (event) => this.#dropped(event) },
        "Files, or drop them here"), this.files,
      this.taken ? this.#address() : null,
      this.bar, this.said, this.refused,
    ].filter(Boolean));
  }

  #address() {
    const field = h("input", { type: "url", id: "add-address", placeholder: "https://", autocomplete: "off" });
    return h("form", { onsubmit: (event) => {
      event.preventDefault();
      if (field.value) this.#all([[field.value, () => post("v1/articles", { url: field.value })]]);
    } }, h("label", { for: "add-address" }, "Address of an article"), field, h("button", { type: "submit", class: "main" }, "Add"));
  }

  #dropped(event) {
    event.preventDefault();
    this.#files([...event.dataTransfer.files]);
  }

  #files(files) {
    return this.#all(files.map((file) => [file.name, () => upload(file)]));
  }

  async #all(jobs) {
    const sum = { new: 0, changed: 0, unchanged: 0, copies: 0, refused: 0 };
    this.refused.replaceChildren();
    this.bar.hidden = false;
    this.bar.max = jobs.length;
    for (const [n, [name, run]] of jobs.entries()) {
      this.bar.value = n;
      this.said.textContent = jobs.length > 1 ? `${n + 1} of ${jobs.length}: ${name}` : `Reading ${name}…`;
      await this.#one(name, run, sum);
    }
    this.bar.value = jobs.length;
    this.said.textContent = summary(sum);
    say(summary(sum));
    this.files.value = "";
    this.changed();
  }

  async #one(name, run, sum) {
    try {
      const report = await finished(await run());
      for (const kind of ["new", "changed", "unchanged", "copies"]) sum[kind] += report[kind];
      for (const each of report.refused) this.#refuse(each.source || name, each.reason, sum);
    } catch (error) {
      this.#refuse(name, error.message, sum);
    }
  }

  #refuse(name, reason, sum) {
    sum.refused += 1;
    this.refused.append(h("li", { dir: "auto" }, h("strong", {}, name), " ", reason));
  }
}

/** What became of the articles: the reply itself, or that of the job which reads them. */
async function finished(reply) {
  let job = reply;
  while (job.state === "waiting" || job.state === "running") {
    await new Promise((done) => { setTimeout(done, 400); });
    job = await get(`v1/jobs/${job.id}`);
  }
  return job.problems ? { ...job, refused: job.problems } : job;
}

function summary(sum) {
  const told = [count(sum.new, "new article")];
  if (sum.changed) told.push(`${sum.changed} changed`);
  if (sum.unchanged) told.push(`${sum.unchanged} known already`);
  if (sum.copies) told.push(count(sum.copies, "copy", "copies"));
  if (sum.refused) told.push(`${sum.refused} refused`);
  return `${told.join(", ")}.`;
}
