"""What the service needs from the outside, as narrow as it is used.

Each has a second real implementation, or needs a network, a model or a disk.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.dates import Interval
from qa.events import Record
from qa.figures import Activity, Holdings, Logged, OfOutcome, Period
from qa.models import (
    EVERY,
    Answer,
    Article,
    Cut,
    Draft,
    Feed,
    Feedback,
    FeedState,
    Filters,
    Input,
    Job,
    JobItem,
    JobState,
    Key,
    Listing,
    Origin,
    Passage,
    Published,
    Quarantined,
    RawFile,
    Refusal,
    Sitemap,
    Span,
    Spoken,
    Summary,
    Talk,
    Turn,
    Usage,
    Version,
)

Vectors = NDArray[np.float32]
Owners = Sequence[str] | None
"""Ids of keys whose conversations are meant; None is everybody's."""
Scored = list[tuple[int, float]]
"""Passage ids with a score, best first."""


class Embedder(Protocol):
    """Text to unit vectors. A given text gives one vector, whatever else is in the batch."""

    @property
    def fingerprint(self) -> str:
        """Names the model and its weights: vectors of different fingerprints never meet."""
        ...

    @property
    def dimensions(self) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return shape [len(texts), dimensions], float32, each row of length 1, in order."""
        ...

    def embed_question(self, text: str) -> Vectors:
        """Return shape [dimensions]."""
        ...


class Splitter(Protocol):
    def __call__(self, text: str, furniture: Sequence[Span] = (), /) -> list[Cut]:
        """Cut a text into passages with exact offsets, in order, none touching the furniture."""
        ...


@dataclass(frozen=True, slots=True)
class Indexed:
    """A passage as a view stores it."""

    passage: Passage
    vector: Vectors
    title: str
    publisher: str
    first: date | None
    """The first day on which its article can have been published, by its own date or an inferred one."""
    last: date | None


@dataclass(frozen=True, slots=True)
class Place:
    """What ranking knows of a passage: where it stands and its vector, not its words."""

    passage: int
    article_id: str
    ordinal: int
    publisher: str
    """Casefolded."""
    day: date | None
    """On which its article was published; of an inferred date the last day that it can be."""
    vector: Vectors


class View(Protocol):
    """An index that follows the archive and can always be rebuilt from it."""

    name: str

    def position(self) -> int:
        """How far in the archive's sequence this view has come; 0 when it is new."""
        ...

    def apply(self, removed: Sequence[str], added: Sequence[Indexed]) -> None:
        """Forget these articles, then add these passages."""
        ...

    def mark(self, position: int) -> None:
        """Make everything so far durable, then record the position."""
        ...

    def reset(self) -> None:
        """Throw everything away."""
        ...

    def count(self) -> int: ...

    def close(self) -> None: ...


class VectorSearch(Protocol):
    def nearest(self, vector: Vectors, *, k: int, filters: Filters) -> Scored:
        """The k passages whose vectors are nearest, with their cosine."""
        ...


class KeywordSearch(Protocol):
    def matching(self, question: str, *, k: int, filters: Filters) -> Scored:
        """The k best passages by BM25, headline and words together."""
        ...

    def articles(self, question: str, *, k: int, filters: Filters) -> Scored:
        """The k best articles by BM25 over the whole of each, each under the id of its first passage."""
        ...

    def scores(self, question: str, passages: Sequence[int]) -> dict[int, float]:
        """BM25 of these passages; one that has none of the words is left out."""
        ...

    def rarity(self, words: Iterable[str]) -> dict[str, float]:
        """Inverse document frequency of each word's stem; the highest for a word never seen."""
        ...


class VectorView(View, VectorSearch, Protocol):
    """A vector index that follows the archive."""


class KeywordView(View, KeywordSearch, Protocol):
    """A keyword index that follows the archive."""


class Renewed(Protocol):
    """Indexes that are built anew beside those in use, of the vectors of one model."""

    @property
    def keywords(self) -> KeywordView: ...

    @property
    def vectors(self) -> VectorSearch: ...

    @property
    def views(self) -> list[View]: ...

    def adopt(self) -> Callable[[], None]:
        """Make them those that are opened from now on. Returns what closes and removes the ones of before."""
        ...

    def discard(self) -> None:
        """Remove them; those of before stay."""
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a draft."""

    id: str
    version: int
    outcome: str
    """new, changed, unchanged or copy."""

    def embedded(self, passages: int) -> int:
        """Of so many passages, how many were embedded and kept."""
        return 0 if self.outcome == "unchanged" else passages


@dataclass(frozen=True, slots=True)
class Tally:
    """How far an item of a job has come, counted by article. It is stored together with the article it counts."""

    job: str
    item: int
    step: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    copies: int = 0
    refused: int = 0
    passages: int = 0

    def plus(self, outcome: Stored | Refusal, passages: int = 0) -> Tally:
        name = "refused" if isinstance(outcome, Refusal) else outcome.outcome
        name = "copies" if name == "copy" else name
        counts = {"step": self.step + 1, name: getattr(self, name) + 1, "passages": self.passages + passages}
        return replace(self, **counts)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What copies of an article are told by."""

    voice: str = ""
    """Its agency, else its publisher, as the name of an origin; empty where neither is known."""
    signature: tuple[int, ...] = ()
    """MinHash of its story, 32 bits each; empty where it is too short to tell copies by."""
    bands: tuple[str, ...] = ()
    """Keys under which texts with a near signature are found."""
    near: tuple[str, ...] = ()
    """Articles of which it is a copy, or they of it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft with everything the archive stores beside it."""

    draft: Draft
    cuts: tuple[Cut, ...]
    vectors: Vectors
    sketch: Sketch = Sketch()
    language: str = ""
    """ISO 639-1; empty where it is not known."""


@dataclass(frozen=True, slots=True)
class Page:
    """An article as its dates are read: its newest text, what of it is furniture, and its passages."""

    article_id: str
    publisher: str
    """Casefolded."""
    text: str
    furniture: tuple[Span, ...]
    day: date | None
    """Of publication, where the article itself has one."""
    passages: tuple[tuple[int, Span], ...]
    """Ids with their spans."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an undated article belongs, and what would change that."""

    published: Published
    middle: Vectors
    """The mean of its passages' vectors, of length 1."""
    reach: float
    """Cosine of the farthest passage that was looked at."""
    considered: tuple[str, ...]
    """The dated articles that were looked at."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The dates of an article: where it was placed if it has none of its own, and the days it speaks of."""

    article_id: str
    placement: Placement | None
    spoken: tuple[tuple[int, Spoken], ...]
    """Each with the passage that says it."""


class DateIndex(Protocol):
    """When articles were published where they do not say, and the days that passages speak of."""

    def position(self) -> int:
        """How far in the archive's sequence it has come."""
        ...

    def touched(self, after: int) -> tuple[int, list[str]]:
        """The last position, and the articles that were put or deleted since."""
        ...

    def dated(self, ids: Sequence[str]) -> list[str]:
        """Those that have a date of their own."""
        ...

    def pages(self, ids: Sequence[str]) -> list[Page]:
        """Of articles that still exist."""
        ...

    def outlet(self, publisher: str, *, limit: int) -> list[str]:
        """Texts of an outlet, the newest first."""
        ...

    def considering(self, ids: Sequence[str]) -> set[str]:
        """The undated articles that were placed by any of these."""
        ...

    def middles(self) -> tuple[list[str], Vectors, Vectors]:
        """Of every undated article its id, middle and reach; shapes [n, dimensions] and [n]."""
        ...

    def settle(self, found: Sequence[Settled], *, position: int | None = None) -> None:
        """Replace what is known of some articles, and say how far this has come."""
        ...

    def spoken(self, passages: Sequence[int]) -> dict[int, list[Spoken]]:
        """The dates of some passages, in the order of the text."""
        ...

    def speaking(
        self,
        span: Interval,
        filters: Filters,
        *,
        limit: int | None = None,
        among: Sequence[int] | None = None,
    ) -> list[int]:
        """Passages, of some or of all, that speak of days within a span, in any order."""
        ...

    def left_out(self, filters: Filters) -> int:
        """How many articles the filters of time leave out because it is not known that they lie within."""
        ...


class Keys(Protocol):
    """Keys and the sessions they opened, each known by the SHA-256 of its secret."""

    def any(self) -> bool:
        """Whether a key was ever made; one that is revoked counts."""
        ...

    def add(self, key: Key, digest: str) -> None: ...

    def all(self) -> list[Key]:
        """In the order of their making."""
        ...

    def find(self, digest: str) -> Key | None: ...

    def revoke(self, key_id: str, at: datetime) -> Key:
        """Raises NotFound. What is revoked stays so."""
        ...

    def touch(self, key_id: str, at: datetime) -> None:
        """Record a use."""
        ...

    def spend(self, key_id: str, day: date, tokens: int) -> None: ...

    def spent(self, key_id: str, day: date) -> int: ...

    def open_session(self, digest: str, key_id: str, expires: datetime) -> None: ...

    def session(self, digest: str, now: datetime) -> Key | None:
        """The key that opened it, while it lasts."""
        ...

    def close_session(self, digest: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Reply:
    """What a write was told, and the digest of that write."""

    digest: str
    text: str


class Replies(Protocol):
    """Replies by caller and idempotency key. Times have their zone, UTC."""

    def find(self, owner: str, key: str, now: datetime) -> Reply | None:
        """None also where it has expired."""
        ...

    def keep(self, owner: str, key: str, reply: Reply, *, now: datetime, until: datetime) -> None:
        """In the place of an earlier one; forgets those that have expired."""
        ...


class Catalogue(Protocol):
    """What the archive holds, looked through."""

    def versions(self, article_id: str) -> list[Version]:
        """The oldest first. Raises NotFound."""
        ...

    def passages(self, article_id: str) -> list[Passage]:
        """Of the newest version, in order. Raises NotFound."""
        ...

    def origins(self, *, after: str | None, limit: int) -> list[Origin]:
        """In the order of their names, from after the given one."""
        ...

    def holdings(self, *, by: Period = "month") -> Holdings:
        """The articles in figures, with how many each month or day has."""
        ...

    def of_publisher(self, publisher: str) -> list[str]:
        """The ids of an outlet's articles, whatever the case of its name."""
        ...


class AnswerLog(Protocol):
    """What became of every answer. Of questions that are not kept it holds no words."""

    def newest(
        self,
        *,
        status: str | None = None,
        rated: bool | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Logged]:
        """The newest first, from before a number; of one status, or those that their readers rated so."""
        ...

    def outcomes(self) -> list[OfOutcome]: ...

    def ratings(self) -> tuple[int, int]:
        """Answers that were called good, and bad."""
        ...

    def conversations(self) -> int: ...

    def activity(self, *, days: int, today: date) -> Activity:
        """Of that many days (UTC) up to and with `today`."""
        ...


class JobShelf(Protocol):
    """Jobs as they are kept: what is written here outlives the process."""

    def add(self, job: Job, inputs: Iterable[Input]) -> None: ...

    def job(self, job_id: str) -> Job:
        """Raises NotFound."""
        ...

    def jobs(self, *, before: str | None = None, limit: int = 50) -> list[Job]:
        """The newest first. Raises NotFound where the one to go on from is gone."""
        ...

    def items(self, job_id: str, *, after: int = 0, limit: int = 100) -> list[JobItem]:
        """In order, without uploaded data."""
        ...

    def due(self, job_id: str, *, after: int, now: float, limit: int) -> list[JobItem]:
        """Items that are to be done and may be tried now, in order, with their data."""
        ...

    def next_try(self, job_id: str) -> float | None:
        """When the first item that waits may be tried again; None where nothing is left to do."""
        ...

    def expand(self, item: JobItem, found: Sequence[Input]) -> None:
        """Close an item that names others, and add those, in one transaction."""
        ...

    def append(self, job_id: str, found: Sequence[Input]) -> None:
        """Add inputs to a job."""
        ...

    def refuse(self, tally: Tally, refusal: Refusal) -> None:
        """Put a refusal in quarantine, with the tally that comes of it."""
        ...

    def close(self, tallies: Sequence[Tally], names: Sequence[str]) -> None:
        """Items are done; what earlier jobs said of inputs of these names is no longer true."""
        ...

    def retry(self, item: JobItem, *, at: float, reason: str) -> None: ...

    def set_state(self, job_id: str, state: JobState) -> None: ...

    def unfinished(self) -> list[str]:
        """Ids of jobs that wait or were interrupted, the oldest first."""
        ...

    def quarantine(
        self, *, job: str | None = None, before: int | None = None, limit: int = 100
    ) -> list[Quarantined]:
        """The newest first, of one job or of all."""
        ...

    def quarantined(self) -> int: ...


class FeedShelf(Protocol):
    """Feeds, how they are, and which of their entries were read."""

    def add(self, feed: FeedState) -> bool:
        """Returns whether it is new here."""
        ...

    def all(self) -> list[FeedState]: ...

    def feed(self, url: str) -> FeedState:
        """Raises NotFound."""
        ...

    def remove(self, url: str) -> None:
        """Forget a feed; its articles stay. Raises NotFound."""
        ...

    def update(self, feed: FeedState) -> None: ...

    def unread(self, url: str, digests: Sequence[str]) -> set[str]:
        """Those of some entries that were not read yet."""
        ...

    def mark_read(self, url: str, digest: str) -> None: ...


class Archive(Protocol):
    """The truth. See DESIGN: views follow its append-only sequence."""

    @property
    def dates(self) -> DateIndex: ...

    def recalled(self, digest: str) -> list[Stored]:
        """The articles that an input of this digest gave, unchanged; empty unless the archive has all of them still."""
        ...

    def acknowledge(self, article_id: str, draft: Draft) -> None:
        """Remember that this draft's input is that article as it is."""
        ...

    def alike(self, bands: Sequence[str], *, limit: int = 200) -> list[tuple[str, tuple[int, ...]]]:
        """Ids and signatures of articles with a band in common, those with the most first."""
        ...

    def unsketched(self, *, limit: int) -> list[Article]:
        """Articles of an older archive, whose copies were never looked for."""
        ...

    def sketch(self, article_id: str, sketch: Sketch) -> None:
        """Place an article among its copies."""
        ...

    model: str
    """The fingerprint of the embedding model that its vectors are of."""

    @property
    def keys(self) -> Keys: ...

    @property
    def replies(self) -> Replies: ...

    @property
    def catalogue(self) -> Catalogue: ...

    @property
    def log(self) -> AnswerLog: ...

    def faults(self) -> list[str]:
        """What is wrong within it, each in a sentence."""
        ...

    def sweep(self) -> int:
        """Delete what belongs to nothing. Returns the rows."""
        ...

    def known(self, draft: Draft) -> Stored | None:
        """The article that this draft already is, unchanged; None when it must be stored."""
        ...

    def put(self, prepared: Prepared, tally: Tally | None = None) -> Stored:
        """Store one article in one transaction, with the tally that comes of it. On return it is on the disk."""
        ...

    def fetched(self, urls: Sequence[str]) -> dict[str, tuple[Stored, datetime]]:
        """Those of some addresses that lead to articles, with when these were last stored."""
        ...

    def gone(self, url: str) -> str | None:
        """Mark an address as gone. Returns the article that it led to, which stays."""
        ...

    def reachable(self, url: str) -> None:
        """Take that mark away."""
        ...

    @property
    def jobs(self) -> JobShelf: ...

    @property
    def feeds(self) -> FeedShelf: ...

    def delete(self, article_id: str) -> None: ...

    def article(self, article_id: str, version: int | None = None) -> Article: ...

    def articles(
        self, wanted: Listing = EVERY, *, after: str | None = None, limit: int = 100
    ) -> list[Summary]:
        """From after a cursor of the same list. Raises InputError for what is no cursor of it."""
        ...

    def latest(self, *, limit: int) -> list[Summary]:
        """The articles published last, the newest first; those without a date come after."""
        ...

    def count(self) -> tuple[int, int]:
        """Articles and passages."""
        ...

    def passages(self, ids: Sequence[int]) -> dict[int, tuple[Passage, Summary]]:
        """Passages that still exist, each with its article. Ids that are gone are left out."""
        ...

    def places(self, ids: Sequence[int], *, model: str | None = None) -> dict[int, Place]:
        """Of passages that still exist and have a vector of the model."""
        ...

    def publishers(self) -> tuple[str, ...]:
        """Every outlet, casefolded, in order."""
        ...

    def bodies(self, versions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, list[Span]]]:
        """The text of each version, and the spans of it that belong to the page and not to the article."""
        ...

    def published(self) -> tuple[date, date] | None:
        """The first and the last day of publication that the archive knows."""
        ...

    def published_between(self, first: date, last: date, *, most: int) -> int:
        """Articles of these days, both included, by the date of the article itself; counted up to `most`."""
        ...

    def changes(
        self, after: int, *, limit: int, model: str | None = None
    ) -> tuple[int, list[str], list[Indexed]]:
        """The next part of the sequence: its last position, the articles it touches, what they hold now.

        Vectors are those of the archive's model, here as elsewhere, unless another is named.
        """
        ...

    def vectors(self, filters: Filters, *, model: str | None = None) -> tuple[NDArray[np.int64], Vectors]: ...

    def position(self) -> int:
        """The last position of the sequence."""
        ...

    def unembedded(self, model: str, *, limit: int) -> list[tuple[Passage, Summary]]:
        """Passages without a vector of a model."""
        ...

    def spread(self, limit: int) -> list[int]:
        """Ids of at most so many passages, spread evenly over the archive."""
        ...

    def to_embed(self, model: str) -> int:
        """How many those are."""
        ...

    def add_vectors(self, ids: Sequence[int], found: Vectors, *, model: str) -> None:
        """Keep vectors of a model, beside those of others; of passages that are gone none is kept."""
        ...

    def adopt_model(self, model: str) -> None:
        """Declare a model to be the archive's. Dates, which were found by the vectors, are to be found again."""
        ...

    def drop_vectors(self) -> int:
        """Delete the vectors of other models. Returns how many."""
        ...

    def history(self, conversation_id: str, *, owners: Owners = None) -> list[Turn]: ...

    def conversation(self, conversation_id: str, *, owners: Owners = None) -> list[Turn]: ...

    def write_down(self, records: Sequence[Record]) -> None:
        """Keep turns, and log what became of each, in one transaction."""
        ...

    def conversations(self, *, before: str | None, limit: int, owners: Owners = None) -> list[Talk]: ...

    def forget(self, conversation_id: str, *, owners: Owners = None) -> None: ...

    def answer(self, answer_id: str, *, owners: Owners = None) -> Answer: ...

    def rate(self, said: Feedback, *, owners: Owners = None) -> None: ...

    def outlets(self) -> list[tuple[str, int]]: ...

    def slack(self) -> SlackRecords: ...


@dataclass(frozen=True, slots=True)
class SlackThread:
    """A thread of a channel; `ts` is its first message's, empty for what stands in no thread."""

    team: str
    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class SlackPosting:
    """An answer on its way into Slack."""

    id: str
    thread: SlackThread
    user: str
    """Who asked."""
    asked_ts: str
    """Of the message that asked."""
    ts: str | None = None
    """Of the message that answers, once Slack has it."""
    answer: str | None = None
    """The answer's id, once there is one."""


class SlackRecords(Protocol):
    """What the Slack door must still know after a restart."""

    def admit(self, names: tuple[str, ...], posting: SlackPosting | None = None) -> bool:
        """Take a delivery unless one of its names was taken before; with a posting, its thread is known from now."""
        ...

    def conversation(self, thread: SlackThread) -> str | None:
        """Of a thread in which Dateline was asked, empty before its first answer; None for any other thread."""
        ...

    def posted(self, posting_id: str, ts: str) -> None: ...

    def answered(self, posting: SlackPosting, conversation: str, answer: str) -> None: ...

    def finished(self, posting_id: str) -> None: ...

    def unfinished(self, *, since: datetime) -> list[SlackPosting]:
        """Postings in threads that never came to an end, the oldest first."""
        ...

    def owned(self, ts: set[str], channel: str) -> set[str]:
        """Which of these messages are those of a posting."""
        ...

    def asked(self, team: str, user: str, *, limit: int) -> list[str]:
        """The ids of a person's last answers, the newest first."""
        ...

    def forget(self, *, seen_before: datetime, used_before: datetime) -> list[str]:
        """Drop what is older; returns the conversations that nobody has used since."""
        ...


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a reply. The last one names the model and says what was used."""

    text: str = ""
    model: str = ""
    usage: Usage | None = None


class Reader(Protocol):
    """What is read with care: foreign formats in child processes with limits, addresses through the one fetcher."""

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> RawFile:
        """What an address holds; the last two are what it said the last time, so that it may say "unchanged".

        Raises FetchRefused and FetchGone, which last, and FetchFailed, which may pass.
        """
        ...

    def check(self, url: str) -> None:
        """Raises FetchRefused for what is not an address that may be fetched, by its form alone."""
        ...

    def open(self, path: str) -> RawFile:
        """The file at a path, or why it cannot be opened."""
        ...

    def feed(self, file: RawFile) -> Feed:
        """Raises ReadError, with a whole sentence."""
        ...

    def sitemap(self, file: RawFile) -> Sitemap:
        """Raises as `feed` does."""
        ...

    def parse(self, file: RawFile, data: bytes) -> list[Draft | Refusal]:
        """What a parser with limits makes of the bytes."""
        ...


class LanguageModel(Protocol):
    @property
    def name(self) -> str: ...

    def stream(
        self, messages: Sequence[Mapping[str, str]], *, schema: Mapping[str, object]
    ) -> AsyncGenerator[Chunk]:
        """Give JSON text as it is written; it follows the schema as far as the server can be held to it.

        A reply that the server did not finish raises, however much of it came: ModelUnavailable or ModelRefused,
        never an error of the vendor's and never with its words.
        """
        ...
