// The server: plain calls, and an answer as a stream that goes on after a lost connection.

export class Problem extends Error {
  constructor(told) {
    super(told.detail);
    this.status = told.status;
    this.code = told.code;
  }
}

export class Gone extends Error {}

const SILENCE = 25_000; // two heartbeats and a half

// A frame in another site gets no cookie, so its key comes with its address and stays in this module. The page itself
// signs in for a cookie that no script can read.
let framed = "";
export function useKey(words) {
  framed = words;
}

function headers(more) {
  return framed ? { ...more, Authorization: `Bearer ${framed}` } : more;
}

async function reach(path, options = {}) {
  let reply;
  try {
    reply = await fetch(path, { ...options, headers: headers(options.headers), cache: "no-store" });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Gone("The server does not answer.");
  }
  if (reply.ok) return reply;
  throw new Problem(await told(reply));
}

async function told(reply) {
  try {
    const body = await reply.json();
    if (typeof body.detail === "string") return { status: reply.status, code: body.code ?? "", detail: body.detail };
  } catch { /* a proxy's page, not ours */ }
  return { status: reply.status, code: "", detail: `The server answered with status ${reply.status}.` };
}

const JSON_BODY = { "Content-Type": "application/json" };
export const get = async (path) => (await reach(path)).json();
export const remove = (path) => reach(path, { method: "DELETE" });
export async function post(path, body) {
  const reply = await reach(path, { method: "POST", headers: JSON_BODY, body: JSON.stringify(body ?? {}) });
  return reply.status === 204 ? null : reply.json();
}

export async function upload(file) {
  const body = new FormData();
  body.append("files", file, file.name);
  return (await reach("v1/articles", { method: "POST", body })).json();
}

/** The events of one answer, each `{name, data}`; the last is `done` or `error`. Throws Problem or Gone. */
export async function* ask(body, signal) {
  const state = { last: "", tries: 0, body: JSON.stringify({ ...body, stream: true }) };
  for (;;) {
    try {
      for await (const event of once(state, signal)) {
        state.last = event.id || state.last;
        state.tries = 0;
        yield event;
        if (event.name === "done" || event.name === "error") return;
      }
    } catch (error) {
      if (signal.aborted || error instanceof Problem) throw error;
    }
    state.tries += 1;
    if (!state.last || state.tries > 4) throw new Gone("The server does not answer.");
    await new Promise((done) => { setTimeout(done, 60 * 3 ** state.tries); });
  }
}

async function* once(state, signal) {
  const sent = { ...JSON_BODY, Accept: "text/event-stream" };
  if (state.last) sent["Last-Event-ID"] = state.last;
  const reply = await reach("v1/ask", { method: "POST", headers: sent, body: state.body, signal });
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    yield* events(reader);
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function* events(reader) {
  let rest = "";
  for (;;) {
    const { value, done } = await within(reader.read());
    if (done) return;
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop();
    for (const block of blocks) {
      const event = parsed(block);
      if (event.name) yield event;
    }
  }
}

function within(promise) {
  let timer;
  const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Gone("silence")), SILENCE); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function parsed(block) {
  const event = { name: "", id: "", data: null };
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    const at = line.indexOf(": ");
    const [field, value] = [line.slice(0, at), line.slice(at + 2)];
    if (field === "event") event.name = value;
    else if (field === "id") event.id = value;
    else if (field === "data") data.push(value);
  }
  if (data.length) event.data = JSON.parse(data.join("\n"));
  return event;
}
