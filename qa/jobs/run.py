"""Runs jobs: items are opened a few ahead, read, stored, and closed; what fails for now is tried again, a few times."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from queue import SimpleQueue

from qa.errors import FetchError, FetchFailed, FetchGone, NotFound
from qa.intake import Item, Mark
from qa.jobs import listings
from qa.jobs.ledger import Ledger, Told
from qa.library import Library
from qa.models import Draft, FeedState, Input, Job, JobItem, JobKind, RawFile, Refusal
from qa.ports import Tally

TRIES = 4
"""Of an address that fails for now."""
BACKOFF = 2.0
"""Seconds before the second try, four times as many before each further one."""
WORKERS = 2
"""Jobs that a server works on at once: one that waits for a slow site does not hold up the next."""
REFRESH = 1_800.0
"""Seconds after which a server asks a feed again; twice as many after each failure in a row, up to a day."""
_LONGEST = 86_400.0
_FETCHES = 4
_AHEAD = 8
"""Items that are opened before their turn; a page takes at most 5 MB."""
_PAGE = 200

Opened = RawFile | FetchError
log = logging.getLogger(__name__)


class Jobs:
    """`start` keeps a job; `run` works on it here, and `serve` in threads of its own."""

    def __init__(self, library: Library, *, backoff: float = BACKOFF) -> None:
        self._library = library
        self._archive = library.parts.archive
        self._shelf = self._archive.jobs
        self.backoff = backoff
        self.refresh_every = REFRESH
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, kind: JobKind, what: str, inputs: Iterable[Input]) -> Job:
        """Keep a job. It is worked on at once where `serve` runs, else by `run`."""
        now = datetime.now(UTC).replace(microsecond=0)
        job = Job(uuid.uuid4().hex, kind, what, "waiting", now, now)
        self._shelf.add(job, inputs)
        self._queue.put(job.id)
        return self._shelf.job(job.id)

    def follow_feed(self, url: str) -> bool:
        """Follow a feed from now on; returns whether it is new. Raises FetchRefused for what may not be fetched."""
        self._library.parts.reader().check(url)
        now = datetime.now(UTC).replace(microsecond=0)
        return self._archive.feeds.add(FeedState(url, added_at=now))

    def refresh(self, urls: Iterable[str] = ()) -> Job:
        """Look for news in some feeds, or in all. Raises NotFound for one that is not followed."""
        wanted = [self._archive.feeds.feed(url) for url in urls] or self._archive.feeds.all()
        what = wanted[0].url if len(wanted) == 1 else f"{len(wanted)} feeds"
        return self.start("feeds", what, [Input("feed", feed.url) for feed in wanted])

    def run(self, job_id: str, *, told: Told | None = None) -> Job:
        """Work on a job until it is done, waiting for what may be tried again. Raises NotFound."""
        job = self._shelf.job(job_id)
        if not job.over:
            self._shelf.set_state(job_id, "running")
            while not self._stop.is_set():
                self._round(job_id, told)
                later = self._shelf.next_try(job_id)
                if later is None:
                    self._shelf.set_state(job_id, "done")
                    break
                self._stop.wait(max(0.0, later - time.time()))
        return self._shelf.job(job_id)

    def stop(self, job_id: str) -> None:
        """End a job before it is done; what it stored stays. It is not taken up again."""
        if not self._shelf.job(job_id).over:
            self._shelf.set_state(job_id, "stopped")

    def unfinished(self) -> list[Job]:
        """Jobs that wait, or whose process died."""
        return [self._shelf.job(job_id) for job_id in self._shelf.unfinished()]

    # -- in a server -----------------------------------------------------------------------------------------

    def serve(self) -> None:
        """Take up what is unfinished, then whatever is started, until `close`."""
        self._stop.clear()
        while not self._queue.empty():
            self._queue.get_nowait()
        for job_id in self._shelf.unfinished():
            self._queue.put(job_id)
        for number in range(WORKERS):
            thread = threading.Thread(target=self._serve, name=f"job {number}", daemon=True)
            thread.start()
            self._threads.append(thread)
        watch = threading.Thread(target=self._watch_feeds, name="feeds", daemon=True)
        watch.start()
        self._threads.append(watch)

    def _watch_feeds(self) -> None:
        while not self._stop.wait(self.refresh_every / 30):
            now = datetime.now(UTC)
            due = [feed.url for feed in self._archive.feeds.all() if self._due_feed(feed, now)]
            if due and not any(job.kind == "feeds" for job in self.unfinished()):
                self.refresh(due)

    def _due_feed(self, feed: FeedState, now: datetime) -> bool:
        if feed.state == "gone":
            return False
        last = feed.checked_at or feed.added_at or now
        wait = min(self.refresh_every * 2.0 ** min(feed.failures, 10), max(_LONGEST, self.refresh_every))
        return (now - last).total_seconds() >= wait

    def _serve(self) -> None:
        while (job_id := self._queue.get()) is not None:
            try:
                self.run(job_id)
            except Exception:
                log.exception("Job %s was stopped by an error", job_id)
                self._shelf.set_state(job_id, "stopped")

    def close(self) -> None:
        """Stop working; what is unfinished is taken up by the next process that writes."""
        self._stop.set()
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(timeout=20)
        self._threads.clear()

    # -- one round over what may be done now -------------------------------------------------------------------

    def _round(self, job_id: str, told: Told | None) -> None:
        ledger = Ledger(self._shelf, told)
        taken = self._library.take(self._items(job_id), tally=ledger.current)
        for outcome, passages in taken:
            ledger.add(outcome, passages)
            if self._stop.is_set() or self._stopped(job_id, outcome):
                break
        taken.close()
        ledger.write()

    def _stopped(self, job_id: str, outcome: object) -> bool:
        ends = isinstance(outcome, Mark) and outcome.ends
        return ends and job_id not in self._shelf.unfinished()

    def _items(self, job_id: str) -> Iterator[Item]:
        for item, opened in self._opened(self._due(job_id)):
            if isinstance(opened, FetchFailed) and item.tries + 1 < TRIES:
                wait = max(opened.wait, self.backoff * 4**item.tries)
                self._shelf.retry(item, at=time.time() + wait, reason=str(opened))
            elif item.input.kind in ("feed", "sitemap"):
                yield from self._listing(item, opened)
            else:
                yield from self._marked(item, self._articles(item, opened))

    def _due(self, job_id: str) -> Iterator[JobItem]:
        now, last = time.time(), 0
        while found := self._shelf.due(job_id, after=last, now=now, limit=_PAGE):
            yield from found
            last = found[-1].number

    def _opened(self, items: Iterator[JobItem]) -> Iterator[tuple[JobItem, Opened]]:
        """Each item with what it holds, a few opened ahead of their turn."""
        pool = ThreadPoolExecutor(_FETCHES, thread_name_prefix="open")
        ahead: deque[tuple[JobItem, Future[Opened]]] = deque()
        try:
            for item in items:
                ahead.append((item, pool.submit(self._open, item.input)))
                if len(ahead) > _AHEAD:
                    first, opened = ahead.popleft()
                    yield first, opened.result()
            while ahead:
                first, opened = ahead.popleft()
                yield first, opened.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _open(self, given: Input) -> Opened:
        reader = self._library.parts.reader()
        if given.kind == "file":
            return reader.open(given.name)
        if given.kind == "upload":
            return listings.uploaded(given)
        etag = last_modified = None
        if given.kind == "feed":
            try:
                feed = self._archive.feeds.feed(given.name)
            except NotFound:
                return RawFile(given.name, given.name, unchanged=True)  # it was removed since
            etag, last_modified = feed.etag, feed.last_modified
        try:
            return reader.fetch(given.name, etag=etag, last_modified=last_modified)
        except FetchError as error:
            return error

    # -- articles ----------------------------------------------------------------------------------------------

    def _marked(self, item: JobItem, found: Iterable[Item]) -> Iterator[Item]:
        """Between the marks of its item; what was dealt with before the process died is left out."""
        tally = Tally(
            item.job, item.number, item.step, item.new, item.changed, item.unchanged, item.copies, item.refused,
            item.passages,
        )  # fmt: skip
        yield Mark(tally, item.input.name)
        for number, one in enumerate(found):
            if number >= item.step:
                yield one
        yield Mark(tally, item.input.name, ends=True)

    def _articles(self, item: JobItem, opened: Opened) -> Iterable[Item]:
        given = item.input
        if isinstance(opened, FetchError):
            found: list[Item] = [Refusal(given.name, self._told_of(given, opened))]
        elif given.kind == "entry":
            found = list(self._library.read([opened]))
        else:
            if given.kind == "address":
                self._archive.reachable(given.name)
            return self._library.read([opened])
        if given.kind != "entry":
            return found
        return self._entry(item, opened, found)

    def _entry(self, item: JobItem, opened: Opened, found: list[Item]) -> list[Item]:
        """The page of a feed's entry; what the feed itself says of it where the page cannot be read."""
        given = item.input
        feed, digest = str(given.given.get("feed")), str(given.given.get("digest"))
        if isinstance(opened, FetchFailed):  # it never came; the feed is to name it again
            self._forget(feed)
        else:
            self._archive.feeds.mark_read(feed, digest)
        if all(isinstance(one, Refusal) for one in found):
            fallback = listings.fallback(given)
            return [fallback] if fallback else found
        return [listings.dated(one, given) if isinstance(one, Draft) else one for one in found]

    def _forget(self, url: str) -> None:
        """Ask for a feed anew the next time, whatever its server says of changes."""
        try:
            state = self._archive.feeds.feed(url)
        except NotFound:
            return
        self._archive.feeds.update(replace(state, etag=None, last_modified=None))

    def _told_of(self, given: Input, error: FetchError) -> str:
        if isinstance(error, FetchGone) and self._archive.gone(given.name):
            return f"{error} The article stays, and its address is marked as gone."
        if isinstance(error, FetchFailed):
            return f"{error} It was tried {TRIES} times."
        return str(error)

    # -- feeds and sitemaps ------------------------------------------------------------------------------------

    def _listing(self, item: JobItem, opened: Opened) -> Iterator[Item]:
        """Put what a feed or sitemap names into the job."""
        reading = listings.Reading(self._archive, self._library.parts.reader())
        listed = reading.feed(item, opened) if item.input.kind == "feed" else reading.sitemap(item, opened)
        if listed.refused or listed.known:
            refused = [Refusal(item.input.name, reason) for reason in listed.refused]
            yield from self._marked(item, [*listed.known, *refused])
            self._shelf.append(item.job, listed.found)
        else:
            self._shelf.expand(item, listed.found)
