"""What becomes of an article: read, stored in one transaction, embedded, followed by every view."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Event, Lock

from qa.chronology import Chronology
from qa.errors import ArchiveError, Busy, ViewAway
from qa.events import Account
from qa.figures import Activity, Period, Stats
from qa.intake import Intake, Item, Mark, Outcome, read_files, sketch
from qa.models import ANY, EVERY, Article, IngestReport, Listing, RawFile, Refusal, Summary
from qa.ports import (
    Archive,
    Catalogue,
    Embedder,
    KeywordSearch,
    KeywordView,
    LanguageModel,
    Reader,
    Renewed,
    Splitter,
    Stored,
    Tally,
    Vectors,
    VectorSearch,
    View,
)
from qa.telemetry import Stopwatch, Tell, nobody
from qa.turnover import InUse, embed_missing, unless

BATCH = 200
"""Entries of the archive's sequence that a view takes at a time."""
FOLLOW = 50
"""Articles stored after which the views are brought along, beside the embedding."""
MAX_QUESTION = 4_000
_DONE: Future[None] = Future()
_DONE.set_result(None)


@dataclass(frozen=True, slots=True)
class Chosen:
    """An embedding model, named before it is loaded."""

    fingerprint: str
    embedder: Callable[[], Embedder]


@dataclass(kw_only=True, eq=False)
class Parts:
    """What a newsroom is made of. Those that are slow to make are made when first asked for.

    The embedder, both searches and the views belong together: they are of one model, and change all at once.
    """

    archive: Archive
    keywords: KeywordSearch
    vectors: VectorSearch
    embedder: Callable[[], Embedder]
    splitter: Callable[[], Splitter]
    reader: Callable[[], Reader]
    views: list[View] = field(default_factory=list)
    fingerprint: str = ""
    """Of the embedder; the archive's model unless given."""
    chosen: Callable[[], Chosen] | None = None
    """The embedding model that the settings name now; the one in use where nothing says."""
    renew: Callable[[str], Renewed] | None = None
    """Makes new indexes for the vectors of a model, beside those in use. They are still empty."""
    on_change: Callable[[], None] = lambda: None
    """Called before the views follow the archive; opens what was left closed."""
    on_serving: Callable[[], None] = lambda: None
    """Called once questions are answered; opens what takes its time."""
    on_answer: Callable[[Account], None] = lambda _: None
    """Told of every answer. Must not wait and must not raise."""
    on_trace: Tell = nobody
    """Told how long each question, search and article took, by stage."""
    trouble: Callable[[], str] = lambda: ""
    """A sentence where questions are answered, but not as they should be."""
    model: LanguageModel | None = None
    max_question: int = MAX_QUESTION
    tokens_per_day: int = 0
    """Of the language model; 0 is no limit."""
    prices: tuple[float, float] | None = None
    """Of a million tokens read and written, where they are known."""
    write_within: float = 8.0
    """Seconds for a model's answer, its repair and every try together."""

    def __post_init__(self) -> None:
        self.fingerprint = self.fingerprint or self.archive.model


class Library:
    def __init__(self, parts: Parts) -> None:
        self._in_use = InUse(parts)
        self._archive = parts.archive
        self._chronology = Chronology(parts.archive, parts.vectors)
        self._following = Lock()
        self.stopping = Event()
        """Set where the process is about to end: what follows the archive stops, and goes on the next time."""
        self._intake = Intake(
            parts.archive, embedder=lambda: self._parts.embedder(), splitter=parts.splitter,
            tell=lambda trace: self._parts.on_trace(trace),
        )  # fmt: skip
        self._reindexing = Lock()

    @property
    def parts(self) -> Parts:
        """What it is made of now, for measuring a part alone."""
        return self._in_use.value

    @property
    def _parts(self) -> Parts:
        return self._in_use.value

    def ingest(
        self,
        drafts: Iterable[Item],
        *,
        on_article: Callable[[Stored | Refusal], None] | None = None,
    ) -> IngestReport:
        """Store what is new or changed, each article in a transaction of its own, then bring the views along."""
        counted = Counted()
        for outcome, embedded in self.take(drafts):
            if not isinstance(outcome, Mark):
                counted.add(outcome, embedded)
                if on_article:
                    on_article(outcome)
        return counted.report()

    def take(
        self, items: Iterable[Item], *, tally: Callable[[], Tally | None] = lambda: None
    ) -> Generator[tuple[Outcome, int]]:
        """As `ingest`, told one by one: what became of it, and how many passages were embedded."""
        self._sketch_older()
        since, following = 0, _DONE
        # In a thread of its own: the embedder, which takes nearly all of the time, does not wait for the views.
        with ThreadPoolExecutor(1, thread_name_prefix="follow") as beside:
            for outcome, embedded in self._intake.run(items, tally=tally):
                yield outcome, embedded
                since += embedded > 0
                if since >= FOLLOW and following.done():
                    following.result()
                    since, following = 0, beside.submit(self.follow)
            following.result()
        self.follow()

    def read(self, files: Iterable[RawFile]) -> Iterator[Item]:
        """Read files into articles. What cannot be read becomes a refusal, and the rest goes on."""
        return read_files(files, self._parts.reader, self._archive.recalled)

    def _sketch_older(self) -> None:
        """Look for copies among the articles of an archive that was made before they were looked for."""
        while batch := self._archive.unsketched(limit=BATCH):
            for article in batch:
                found = sketch(article)
                self._archive.sketch(article.id, replace(found, near=self._intake.near(found)))

    def delete(self, article_id: str) -> None:
        """Remove an article from the archive and from every view. Raises NotFound."""
        self._archive.delete(article_id)
        self.follow()

    def delete_publisher(self, publisher: str) -> int:
        """Remove every article of an outlet from the archive and from every view. Returns how many."""
        ids = self._archive.catalogue.of_publisher(publisher)
        for article_id in ids:
            self._archive.delete(article_id)
        self.follow()
        return len(ids)

    @property
    def catalogue(self) -> Catalogue:
        return self._archive.catalogue

    def article(self, article_id: str, version: int | None = None) -> Article:
        return self._archive.article(article_id, version)

    def outlets(self) -> list[tuple[str, int]]:
        """Publishers with their number of articles, most first."""
        return self._archive.outlets()

    def articles(
        self, wanted: Listing = EVERY, *, after: str | None = None, limit: int = 100
    ) -> list[Summary]:
        """The articles that are wanted, from after a cursor of the same list. Raises InputError for what is none."""
        return self._archive.articles(wanted, after=after, limit=limit)

    def latest(self, *, limit: int = 10) -> list[Summary]:
        """The articles published last, the newest first; those without a date come after."""
        return self._archive.latest(limit=limit)

    def published(self) -> tuple[date, date] | None:
        """The first and the last day of publication that the archive knows."""
        return self._archive.published()

    # -- the views -----------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Bring every view up to the archive, then the dates, which are found through the views, and tell them."""
        with self._following, Stopwatch("follow", self._parts.on_trace) as watch:
            self._parts.on_change()
            with watch.stage("views"):
                self._views()
            with watch.stage("dates"):
                found = self._chronology.catch_up(self.stopping)
            if found:
                with watch.stage("views"):
                    self._views()

    def _views(self) -> None:
        for view in list(self._parts.views):
            try:
                catch_up(self._archive, view, stop=self.stopping)
            except ViewAway:  # whoever opened it sees that it is gone, and brings it back up to the archive
                self.drop_view(view)

    def drop_view(self, view: View) -> None:
        """Follow the archive without it."""
        with suppress(ValueError):
            self._parts.views.remove(view)

    def use_keywords(self, view: KeywordView) -> None:
        """Search this view, and keep it up to the archive."""
        self._parts.keywords = view
        self._parts.views.append(view)

    def add_view(self, view: View) -> None:
        """Bring one more view up to the archive, and keep it there."""
        catch_up(self._archive, view, stop=self.stopping)  # most of the way, while ingestion may go on
        with self._following:
            catch_up(self._archive, view, stop=self.stopping)
            self._parts.views.append(view)

    def reindex(
        self,
        *,
        on_passages: Callable[[int], None] = lambda _: None,
        on_switch: Callable[[], None] = lambda: None,
        stop: Event | None = None,
    ) -> int:
        """Give every passage a vector of the model that the settings name, build new views beside those in use, and
        switch to them in one step, while questions and ingestion go on. Returns passages embedded.

        What was embedded before it was stopped or killed is not embedded again.

        Raises:
            Busy: it goes on already.
            Interrupted: `stop` was set.
            ModelError: the embedding server failed; everything is as it was.
        """
        if not self._reindexing.acquire(blocking=False):
            raise Busy("The indexes are being built anew already. `qa reindex` shows how far that is.")
        try:
            return self._reindex(on_passages, on_switch, stop)
        finally:
            self._reindexing.release()

    def _reindex(
        self, on_passages: Callable[[int], None], on_switch: Callable[[], None], stop: Event | None
    ) -> int:
        parts = self._parts
        chosen = self.chosen()
        embedder = chosen.embedder()
        embedded = embed_missing(self._archive, embedder, on_passages=on_passages, stop=stop)
        if parts.renew is None:
            raise ArchiveError("Indexes can be built only by who owns the data folder.")
        renewed = parts.renew(chosen.fingerprint)
        try:
            self._fill(renewed, chosen.fingerprint)
            with (
                self._following,
                self._intake.storing,
            ):  # nothing is stored, and no view follows, until it is done
                embedded += embed_missing(self._archive, embedder, on_passages=on_passages)
                self._fill(renewed, chosen.fingerprint)
                self._archive.adopt_model(chosen.fingerprint)
                retire = renewed.adopt()
                unused = self._in_use.replace(
                    replace(
                        parts, embedder=chosen.embedder, fingerprint=chosen.fingerprint,
                        keywords=renewed.keywords, vectors=renewed.vectors, views=renewed.views,
                    )
                )  # fmt: skip
                self._chronology = Chronology(self._archive, renewed.vectors)
        except BaseException:
            renewed.discard()
            raise
        on_switch()
        unused()
        retire()
        self.follow()
        self._archive.drop_vectors()  # last: a question in another process may have begun before the switch
        return embedded

    def chosen(self) -> Chosen:
        """The embedding model that the settings name now."""
        parts = self._parts
        return parts.chosen() if parts.chosen else Chosen(parts.fingerprint, parts.embedder)

    def to_embed(self) -> int:
        """How many passages a reindex would have to embed."""
        return self._archive.to_embed(self.chosen().fingerprint)

    def _fill(self, renewed: Renewed, model: str) -> None:
        for view in renewed.views:
            catch_up(self._archive, view, model=model)

    @property
    def model_of_vectors(self) -> str:
        """The fingerprint of the embedding model that the archive's vectors are of."""
        return self._archive.model

    def health(self) -> dict[str, object]:
        """Counts and positions: of the archive, and of each view."""
        articles, passages = self._archive.count()
        return {
            "articles": articles,
            "passages": passages,
            "position": self._archive.position(),
            "behind": self._behind(),
        }

    def stats(self, *, by: Period = "month") -> Stats:
        """The archive in figures, what is on its way into it, and what was asked of it."""
        archive = self._archive
        feeds = archive.feeds.all()
        good, bad = archive.log.ratings()
        return Stats(
            archive.catalogue.holdings(by=by), archive.jobs.quarantined(), len(feeds),
            sum(feed.state in ("failing", "gone") for feed in feeds), len(archive.jobs.unfinished()), self._behind(),
            archive.log.conversations(), tuple(archive.log.outcomes()), good, bad,
        )  # fmt: skip

    def activity(self, *, days: int, today: date) -> Activity:
        """What was asked in that many days (UTC) up to and with `today`."""
        return self._archive.log.activity(days=days, today=today)

    def _behind(self) -> dict[str, int]:
        return {view.name: self._archive.position() - view.position() for view in self._parts.views}

    def check(
        self, *, most: int | None = None, on_passages: Callable[[int], None] = lambda _: None
    ) -> list[str]:
        """What is wrong, each in a sentence: every passage must find itself by its own vector in every view.

        With `most`, at most so many are looked for, spread over the archive, and a view that is still following it is
        left to do so: for an archive in use. `on_passages` is told how many more were looked for.
        """
        found = [*self._archive.faults(), *filter(None, [self._parts.trouble()])]
        _, passages = self._archive.count()
        if lacking := self._archive.to_embed(self._archive.model):
            found.append(f"{lacking} of {passages} passages have no vector. Run `qa doctor --fix`.")
        for view in self._parts.views:
            if most is not None and view.position() != self._archive.position():
                continue
            if (held := view.count()) != passages:
                found.append(
                    f"The view {view.name} holds {held} passages, the archive {passages}. Run `qa doctor --fix`."
                )
        lost, looked_for = list[int](), 0
        for number, vector in self._vectors(most):
            looked_for += 1
            if not self._finds(number, vector):
                lost.append(number)
            on_passages(1)
        if lost:
            found.append(
                f"{len(lost)} of {looked_for} passages cannot be found by their own vectors, the first is {lost[0]}. "
                "Run `qa doctor --fix`."
            )
        return found

    def _vectors(self, most: int | None) -> Iterable[tuple[int, Vectors]]:
        """Passages with their vectors: all, or so many that are spread over the archive."""
        if most is not None:
            places = self._archive.places(self._archive.spread(most), model=self._parts.fingerprint)
            return ((number, place.vector) for number, place in places.items())
        ids, vectors = self._archive.vectors(ANY)
        return zip(ids.tolist(), vectors, strict=True)

    def fix(self, *, on_passages: Callable[[int], None] = lambda _: None) -> None:
        """Mend what can be mended: sweep out what belongs to nothing, embed what lacks a vector, rebuild the views."""
        self._archive.sweep()
        self.reindex(on_passages=on_passages)

    def _finds(self, number: int, vector: Vectors) -> bool:
        near = self._parts.vectors.nearest(vector, k=20, filters=ANY)
        return any(found == number and score > 0.999 for found, score in near)


class Counted:
    """What became of articles, added up."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(("new", "changed", "unchanged", "copy"), 0)
        self._refused: list[Refusal] = []
        self._ids: list[str] = []
        self._passages = 0

    def add(self, outcome: Stored | Refusal, embedded: int) -> None:
        self._passages += embedded
        if isinstance(outcome, Refusal):
            self._refused.append(outcome)
            return
        self._counts[outcome.outcome] += 1
        self._ids.append(outcome.id)

    def report(self) -> IngestReport:
        return IngestReport(
            new=self._counts["new"], changed=self._counts["changed"], unchanged=self._counts["unchanged"],
            copies=self._counts["copy"], refused=tuple(self._refused), ids=tuple(self._ids), passages=self._passages,
        )  # fmt: skip


def catch_up(archive: Archive, view: View, *, model: str | None = None, stop: Event | None = None) -> None:
    """Apply the archive's sequence to a view; one that is ahead is of another past and starts again.

    Raises:
        Interrupted: `stop` was set; the next time goes on from there.
    """
    if view.position() > archive.position():
        view.reset()
    while True:
        unless(stop)
        last, touched, added = archive.changes(view.position(), limit=BATCH, model=model)
        if last == view.position():
            return
        view.apply(touched, added)
        view.mark(last)
