// An answer with its citations as plain text and as Markdown.

import { h, web } from "./dom.js";
import { count, day, outlet, publishedBasis, publishedDay, when as dayAndTime } from "./text.js";

const when = ({ published }) => (published.basis === "unknown" ? "undated" : `${publishedDay(published)} (${publishedBasis(published)})`);

export function footing(answer) {
  const told = `${count(answer.articles, "article")}, ${count(answer.origins, "independent origin")}`;
  return answer.as_of ? `${told}, as of ${day(answer.as_of)}` : told;
}

const dates = (moment) => dayAndTime(moment) + (moment.basis === "inferred" ? " (inferred)" : "");
const story = (answer, line) => (answer.timeline ?? []).map(line).join("\n");

export function plain(answer) {
  const sources = answer.citations.map((cited) =>
    [`[${cited.n}] “${cited.quote}”`, `    ${outlet(cited)}, ${when(cited)}: ${cited.title}`, web(cited.url) ? `    ${web(cited.url)}` : ""]
      .filter(Boolean).join("\n"));
  return [answer.question, answer.text, story(answer, (moment) => `${dates(moment)}: ${moment.text}${moment.citations.map((n) => ` [${n}]`).join("")}`), ...sources, answer.citations.length ? footing(answer) : ""].filter(Boolean).join("\n\n");
}

/** Whatever an article says, it stays text: no link, picture or heading of its own. */
const safe = (words) => words.replace(/\s+/g, " ").replace(/[\\`*_{}[\]()<>#+\-.!|~&:@]/g, "\\$&");

export function markdown(answer) {
  const claims = answer.claims.length
    ? answer.claims.map((claim) => safe(claim.text) + claim.citations.map((n) => ` [^${n}]`).join(""))
    : [safe(answer.text)];
  const sources = answer.citations.map((cited) => {
    const url = web(cited.url);
    const title = url ? `[${safe(cited.title || url)}](<${url.replace(/[<>]/g, encodeURIComponent)}>)` : safe(cited.title);
    return `[^${cited.n}]: “${safe(cited.quote)}” — ${safe(outlet(cited))}, ${safe(when(cited))}: ${title}`;
  });
  const told = story(answer, (moment) => `- **${safe(dates(moment))}** ${safe(moment.text)}${moment.citations.map((n) => ` [^${n}]`).join("")}`);
  return [`**${safe(answer.question)}**`, claims.join("\n\n"), told, sources.join("\n"), answer.citations.length ? `*${safe(footing(answer))}*` : ""]
    .filter(Boolean).join("\n\n");
}

/** To the clipboard; where the browser does not allow it, by the old command. */
export async function toClipboard(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    const held = document.activeElement;
    const field = h("textarea", { class: "unseen" });
    field.value = words;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    held?.focus();
    return done;
  }
}
