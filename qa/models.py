"""The words of the newsroom as values. Frozen, without behaviour that needs the outside.

Offsets count Unicode code points, half-open, in the text of one version of one article.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Day
from datetime import datetime
from typing import BinaryIO, Literal, get_args

Span = tuple[int, int]

PublishedBasis = Literal["given", "metadata", "feed", "dateline", "url", "guess", "inferred", "unknown"]
DateBasis = Literal["stated", "resolved", "inferred", "unknown"]
Status = Literal["answered", "partial", "not_answered"]
Mode = Literal["model", "extractive"]
AskMode = Literal["auto", "model", "extractive"]
Scope = Literal["read", "ask", "ingest", "admin"]
PER_MINUTE = 600
"""Requests that a key may make in a minute, unless it was given another number."""
SCOPES: frozenset[Scope] = frozenset(get_args(Scope))


@dataclass(frozen=True, slots=True)
class Published:
    """When an article was published and how that is known. Never the day on which it was fetched."""

    date: Day | None = None
    basis: PublishedBasis = "unknown"
    at: datetime | None = None
    """The exact time with its zone, where the source gave one."""
    seen: str = ""
    """What the source said where it could not be read or not be believed, such as a day in the future."""
    start: Day | None = None
    end: Day | None = None
    """Of an inferred date: the days it lies between, half-open. `date` is set where that is a single day."""
    why: str = ""
    """How an inferred date was reached, in words."""
    rests_on: tuple[str, ...] = ()
    """The articles that an inferred date rests on."""


UNDATED = Published()


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of day as an article gives it, never converted: "HH:MM", half-open; the end of a day is "24:00"."""

    text: str
    start: str
    end: str
    precision: Literal["minute", "hour", "range"]
    zone: str = ""
    """As the article names it ("GMT", "local time"); empty where it names none."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A date expression of an article and the days that it means: `article.text[start:end]`.

    `first` to `until` is half-open; None is an open end, and both are None where the basis is unknown.
    """

    start: int
    end: int
    first: Day | None
    until: Day | None
    basis: DateBasis
    role: Literal["event", "report"]
    """Whether it dates what happened, or that it was said."""
    why: str = ""
    time: TimeOfDay | None = None
    rests_on: tuple[str, ...] = ()
    """The articles that say when the event was that it is counted from ("since the coup")."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as it was read, before the archive knows it."""

    text: str
    title: str = ""
    publisher: str = ""
    url: str | None = None
    authors: tuple[str, ...] = ()
    published: Published = UNDATED
    id: str | None = None
    """The id its source gave it, if any."""
    source: str = ""
    """Where it was read from: an absolute path, an address, or empty."""
    furniture: tuple[Span, ...] = ()
    """Spans of `text` that are parts of the page and not of the article."""
    aliases: tuple[str, ...] = ()
    """Other addresses that lead to it: redirects, and the address of which `url` is the canonical one."""
    digest: str = field(default="", compare=False)
    """Of the input it was read from, by which the archive knows that input again; empty where it shall not."""
    parts: int = field(default=1, compare=False)
    """How many articles that input held."""
    language: str = field(default="", compare=False)
    """ISO 639-1, as its source says it; empty where it does not."""


@dataclass(frozen=True, slots=True)
class Article:
    """One version of one archived article."""

    id: str
    version: int
    text: str
    title: str
    publisher: str
    url: str | None
    authors: tuple[str, ...]
    published: Published
    fetched_at: datetime
    origin: str
    """The cluster of copies and of articles of one agency: one origin is one voice."""
    furniture: tuple[Span, ...] = ()
    versions: int = 1
    """How many versions of its text the archive holds."""
    gone_at: datetime | None = None
    """When its address was found to be gone (404 or 410); the article stays."""
    language: str = ""
    """ISO 639-1; empty where it is not known."""


@dataclass(frozen=True, slots=True)
class Summary:
    """An article in a list: without its text."""

    id: str
    version: int
    title: str
    publisher: str
    url: str | None
    authors: tuple[str, ...]
    published: Published
    fetched_at: datetime
    origin: str
    language: str = ""
    """ISO 639-1; empty where it is not known."""


Order = Literal["id", "newest", "ingested"]
Dated = Literal["own", "inferred", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which articles a list holds, and in what order. What is left out restricts nothing."""

    publishers: tuple[str, ...] = ()
    """Any of these, whatever their case."""
    title: str = ""
    """Words that all stand in the title, in any order, case and accents apart."""
    author: str = ""
    """A part of an author's name, case and accents apart."""
    language: str = ""
    """ISO 639-1."""
    origin: str = ""
    published_from: Day | None = None
    published_to: Day | None = None
    """Inclusive. An inferred date counts where every day of it lies within, as in `Filters`."""
    ingested_since: datetime | None = None
    """When the newest version came in; a time without a zone is UTC."""
    dated: Dated | None = None
    """A date of its own, one that was inferred, or none."""
    order: Order = "id"
    """By id; by the article's own date, the newest first and those without one last; by when it came in, the last first."""

    def cursor(self, last: Summary) -> str:
        """Where the list goes on after an article; it stays good when that article is deleted."""
        if self.order == "id":
            return last.id
        own = None if last.published.basis == "inferred" else last.published.date
        at = last.fetched_at.isoformat() if self.order == "ingested" else own.isoformat() if own else ""
        return f"{at}~{last.id}"


EVERY = Listing()


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article's text, without the text."""

    version: int
    title: str
    fetched_at: datetime
    characters: int


@dataclass(frozen=True, slots=True)
class Origin:
    """One voice: copies, and articles of one agency."""

    origin: str
    articles: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one version of an article: `article.text[start:end] == text`."""

    id: int
    article_id: str
    version: int
    ordinal: int
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]
    """Sentence spans, as offsets in the article's text."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage before it is stored: offsets in the text, and the sentences within."""

    start: int
    end: int
    sentences: tuple[Span, ...]


FIRST_DAY, LAST_DAY = Day(1000, 1, 1), Day(9000, 12, 31)
"""Between which days may be asked about. Nearer to the calendar's ends, a week before or after is no date any more."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the caller restricts a question to. These are walls, unlike what a question merely mentions."""

    publishers: tuple[str, ...] = ()
    published_from: Day | None = None
    published_to: Day | None = None
    """Inclusive."""
    articles: tuple[str, ...] = ()
    as_of: Day | None = None
    """Only what was published by the end of this day is known.

    An article with an inferred date counts where every day of it lies within the filters, an undated one never does.
    """

    @property
    def latest(self) -> Day | None:
        """The last day that an article may carry, or None."""
        days = [day for day in (self.published_to, self.as_of) if day is not None]
        return min(days) if days else None


ANY = Filters()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that retrieval found, with its article and how it was found."""

    passage: Passage
    article: Summary
    score: float
    cosine: float | None
    """Of the passage with the question, -1 to 1; None where only the keywords found it."""
    bm25: float | None


@dataclass(frozen=True, slots=True)
class DateNote:
    """A date that a claim speaks of, with how it was reached. The interval is half-open."""

    text: str
    start: Day | None
    end: Day | None
    basis: DateBasis
    article: str
    why: str = ""
    time: TimeOfDay | None = None
    rests_on: tuple[str, ...] = ()
    """The articles that say when the event was that it is counted from ("since the coup")."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote: `article.text[start:end] == quote` in the named version."""

    n: int
    article_id: str
    version: int
    title: str
    publisher: str
    url: str | None
    published: Published
    quote: str
    start: int
    end: int
    before: str
    after: str
    origin: str
    verified: Literal[True] = True


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of the answer: `answer.text[start:end] == text`."""

    text: str
    start: int
    end: int
    citations: tuple[int, ...]
    dates: tuple[DateNote, ...] = ()


@dataclass(frozen=True, slots=True)
class ConflictValue:
    value: str
    citations: tuple[int, ...]
    publishers: tuple[str, ...] = ()
    """Who says it."""
    published: Day | None = None
    """The first day on which an article that says it was published."""
    origins: int = 1


@dataclass(frozen=True, slots=True)
class Conflict:
    """Values of one thing that differ between articles."""

    about: str
    values: tuple[ConflictValue, ...]
    update: bool = False
    """One origin told it differently on different days: an update over time, the oldest value first."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An entry of a timeline: what happened, when, and who says so. The interval is half-open."""

    text: str
    start: Day | None
    end: Day | None
    basis: DateBasis
    citations: tuple[int, ...]
    why: str = ""
    role: Literal["event", "report"] = "event"
    """Whether the date is of what happened, or of its being told."""
    origins: int = 1
    time: TimeOfDay | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A story in order, each entry with verified citations."""

    topic: str
    moments: tuple[Moment, ...]
    citations: tuple[Citation, ...]
    origins: int
    articles: int
    undated: int = 0
    """Sentences on the topic that carry no date, and are left out."""
    as_of: Day | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What every door returns. See docs/answer.md for the wire form."""

    status: Status
    reason: str | None
    text: str
    question: str
    standalone_question: str
    mode: Mode
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    origins: int = 0
    articles: int = 0
    model: str | None = None
    as_of: Day | None = None
    id: str = ""
    """By which it is opened again; nobody can guess it."""
    conversation_id: str | None = None
    timeline: tuple[Moment, ...] = ()
    suggestions: tuple[str, ...] = ()
    """Questions that the archive can answer next."""
    notes: tuple[str, ...] = ()
    """Sentences for the reader: the model failed, undated articles were left out."""
    usage: Usage = field(default_factory=Usage)
    timings: dict[str, float] = field(default_factory=dict)
    """Milliseconds by stage."""


@dataclass(frozen=True, slots=True)
class QuoteDraft:
    """A quote somebody proposes; verification decides whether it is shown."""

    passage: int
    """Id of a passage that was given."""
    quote: str


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    text: str
    quotes: tuple[QuoteDraft, ...]


@dataclass(frozen=True, slots=True)
class ConflictValueDraft:
    value: str
    quotes: tuple[QuoteDraft, ...]


@dataclass(frozen=True, slots=True)
class ConflictDraft:
    about: str
    values: tuple[ConflictValueDraft, ...]


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """What writing or quoting proposes, before anything is verified."""

    claims: tuple[ClaimDraft, ...]
    reason: str | None = None
    """Why nothing, or not all, could be answered."""
    explanation: str = ""
    """The sentence a person reads when there is no claim."""
    conflicts: tuple[ConflictDraft, ...] = ()

    @property
    def passages(self) -> frozenset[int]:
        """Those that its claims quote."""
        return frozenset(quote.passage for claim in self.claims for quote in claim.quotes)


@dataclass(frozen=True, slots=True)
class Turn:
    question: str
    standalone: str
    answer: str
    given: Answer | None = None
    """The whole answer, as its reader got it."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation in a list."""

    id: str
    title: str
    """Its first question."""
    turns: int
    at: datetime
    """When its last question was asked."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key. Its secret is shown once and never stored."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None
    used: datetime | None = None
    """The last use, to the minute."""
    per_minute: int = PER_MINUTE
    """Requests."""
    tokens_per_day: int = 0
    """Of the language model, by UTC days; 0 is no limit."""


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf something is done: a key, or with no key whoever is at this machine."""

    key: str = ""
    """The key's id."""
    name: str = ""
    scopes: frozenset[Scope] = SCOPES
    spent: bool = False
    """Its tokens of the day are used up: answers are quoted from the articles."""

    def may(self, scope: Scope) -> bool:
        """`admin` may do everything."""
        return scope in self.scopes or "admin" in self.scopes

    @property
    def owners(self) -> tuple[str, ...] | None:
        """Whose conversations this one may open; None is everybody's.

        Those from before the first key, and those of the command line, belong to nobody: `admin` sees them.
        """
        if not self.key:
            return None
        return (self.key, "") if "admin" in self.scopes else (self.key,)


HERE = Caller()


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thought of one answer."""

    answer_id: str
    good: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RawFile:
    """An open file, or why it could not be opened. Whoever reads it closes it."""

    name: str
    source: str
    """Absolute path or address; empty for an upload that names no path."""
    file: BinaryIO | None = None
    refused: str = ""
    declared: str | None = None
    """The encoding that a server declared."""
    url: str | None = None
    """The address it was fetched from."""
    aliases: tuple[str, ...] = ()
    """The addresses that redirected there."""
    etag: str | None = None
    last_modified: str | None = None
    unchanged: bool = False
    """Nothing changed since what these two stood for; there is no file then."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An input that did not become an article, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingestion did, counted by article."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    copies: int = 0
    refused: tuple[Refusal, ...] = ()
    ids: tuple[str, ...] = ()
    passages: int = 0

    @property
    def stored(self) -> int:
        return self.new + self.changed


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed. `summary` is plain text, the fallback where its page cannot be read."""

    url: str | None
    title: str = ""
    summary: str = ""
    published: Published = UNDATED
    authors: tuple[str, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Addresses of pages with the day of their last change, and of further sitemaps."""

    pages: tuple[tuple[str, Published], ...]
    further: tuple[str, ...]


JobKind = Literal["articles", "sitemap", "feeds"]
JobState = Literal["waiting", "running", "done", "stopped"]
ItemKind = Literal["file", "upload", "address", "entry", "sitemap", "feed"]


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that a job takes in."""

    kind: ItemKind
    name: str
    """A path, an address, or the name of an uploaded file."""
    given: dict[str, object] = field(default_factory=dict)
    """What its feed says of an entry; how deep a sitemap lies."""
    data: bytes | None = None
    """Of an uploaded file."""


@dataclass(frozen=True, slots=True)
class JobItem:
    """An input of a job on its way, with what became of it, counted by article."""

    job: str
    number: int
    input: Input
    done: bool = False
    tries: int = 0
    next_try: float = 0.0
    """When it is tried again, in seconds since 1970; 0 is at once."""
    reason: str = ""
    """Why it is tried again, or what is to be said of it."""
    step: int = 0
    """How many articles of it have been dealt with."""
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    copies: int = 0
    refused: int = 0
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A work of many articles, with the sums of what became of them."""

    id: str
    kind: JobKind
    what: str
    state: JobState
    created: datetime
    updated: datetime
    items: int = 0
    done: int = 0
    waiting: int = 0
    """Items that failed for now and will be tried again."""
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    copies: int = 0
    refused: int = 0
    passages: int = 0

    @property
    def over(self) -> bool:
        return self.state in ("done", "stopped")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What could not become an article, and why. It leaves when its source can be read."""

    id: int
    source: str
    reason: str
    job: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed and how its last fetch went."""

    url: str
    title: str = ""
    state: Literal["new", "ok", "failing", "gone"] = "new"
    reason: str = ""
    etag: str | None = None
    last_modified: str | None = None
    added_at: datetime | None = None
    checked_at: datetime | None = None
    changed_at: datetime | None = None
    failures: int = 0
    """In a row."""
    entries: int = 0
    """Read so far."""
