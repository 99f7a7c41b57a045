"""The archive over SQLAlchemy Core: one transaction an article, an append-only sequence."""

from __future__ import annotations

import importlib
import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from datetime import date as Day
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError

from qa.adapters.archive import answers, copies, embedding, identity, jobs, receipts, rows, talks, trouble
from qa.adapters.archive.catalogue import Catalogue
from qa.adapters.archive.chronology import DateTables, restart
from qa.adapters.archive.feeds import FeedTables
from qa.adapters.archive.intake_tables import sketches
from qa.adapters.archive.jobs import JobTables
from qa.adapters.archive.keys import SqlKeys
from qa.adapters.archive.listing import fold, listed
from qa.adapters.archive.replies import SqlReplies
from qa.adapters.archive.slack import SqlSlack
from qa.adapters.archive.tables import (
    SCHEMA,
    articles,
    facts,
    passages,
    placements,
    sequence,
    vectors,
    versions,
)
from qa.adapters.archive.walls import walls
from qa.errors import ArchiveError, ModelMismatch, NotFound, SchemaTooNew
from qa.events import Record
from qa.models import (
    EVERY,
    Answer,
    Article,
    Draft,
    Feedback,
    Filters,
    Listing,
    Passage,
    Span,
    Summary,
    Talk,
    Turn,
)
from qa.ports import Indexed, Owners, Place, Prepared, Sketch, Stored, Tally, Vectors


class SqlArchive:
    """Open with `SqlArchive.at(folder)` or a database address; `close()` when done."""

    def __init__(self, engine: Engine, *, fingerprint: str) -> None:
        self._engine = engine
        self._writing = engine.execution_options(write=True)
        self._fingerprint = fingerprint
        self.keys, self.replies = SqlKeys(engine), SqlReplies(engine)
        self.catalogue = Catalogue(engine)
        self.log = answers.SqlAnswerLog(engine)
        self._known: dict[str, tuple[int, Any]] = {}
        self.dates = DateTables(self._engine, self._writing)
        self.jobs = JobTables(self._engine, self._writing)
        self.feeds = FeedTables(self._engine, self._writing)
        self._prepare()

    @classmethod
    def at(cls, where: Path | str, *, fingerprint: str) -> SqlArchive:
        """Open or create the archive, bringing its schema up to date.

        Raises:
            SchemaTooNew: it was written by a newer Dateline.
            ArchiveError: it cannot be opened, or is not an archive.
        """
        url = (
            URL.create("sqlite", database=str(where / "archive.db"))
            if isinstance(where, Path)
            else make_url(where)
        )
        engine = create_engine(url, json_deserializer=_json)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _pragmas)
            event.listen(engine, "begin", _begin)
            event.listen(engine, "handle_error", trouble.told)
        return cls(engine, fingerprint=fingerprint)

    def close(self) -> None:
        self._engine.dispose()

    @property
    def schema(self) -> str:
        """Of its tables; the newest that this Dateline knows."""
        return SCHEMA

    def backup(self, target: Path) -> None:
        """Copy it as it is at one moment into a new file. Raises ArchiveError."""
        _upkeep().backup(self._engine, target)

    def faults(self) -> list[str]:
        """What is wrong within it, each in a sentence."""
        found: list[str] = _upkeep().faults(self._engine)
        return found

    def sweep(self) -> int:
        """Delete what belongs to nothing. Returns the rows."""
        swept: int = _upkeep().sweep(self._engine)
        return swept

    # -- opening -------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        try:
            with self._engine.connect() as connection:
                current = _schema_of(connection)
            if current != SCHEMA:
                self._migrate(current)
            with self._writing.begin() as connection:
                self.id = _fact(connection, "id", uuid.uuid4().hex)
                self.model = _fact(connection, "model", self._fingerprint)
        except DatabaseError as error:
            self.close()
            raise ArchiveError(f"The archive {self._engine.url} cannot be opened: {error.orig}.") from error

    def _migrate(self, current: str | None) -> None:
        # By name: Alembic takes 0.3 s to import and is needed once in an archive's life.
        migrate = importlib.import_module("qa.adapters.archive.migrate")
        newest = migrate.newest()
        if current is not None and current > newest:
            raise SchemaTooNew(
                f"The archive {self._engine.url.database} has schema {current}; this Dateline knows up to {newest}. "
                "Upgrade dateline-qa, or point QA_HOME to another folder. Nothing was changed."
            )
        with self._writing.begin() as connection:
            migrate.upgrade(connection)

    def require_model(self) -> None:
        """Raise ModelMismatch where the archive's vectors are of another model than the one in use."""
        if self.model != self._fingerprint:
            raise ModelMismatch(
                f"The archive's vectors were made with {self.model}, but the embedding model now is "
                f"{self._fingerprint}. Run `qa reindex` to embed the articles again, or go back to the old model."
            )

    def keep_model(self) -> None:
        """What is stored from now on is of the archive's model, whatever it was opened for."""
        self._fingerprint = self.model

    def adopt_model(self, model: str) -> None:
        """Declare a model to be the archive's, once every passage has its vector; dates are found again by it."""
        with self._writing.begin() as connection:
            connection.execute(update(facts).where(facts.c.name == "model").values(value=model))
            restart(connection)
        self.model = self._fingerprint = model

    # -- writing -------------------------------------------------------------------------------------------

    def known(self, draft: Draft) -> Stored | None:
        with self._engine.connect() as connection:
            found = identity.find(connection, draft)
            if found is None:
                return None
            stored = connection.execute(_described().where(articles.c.id == found)).one()
        return Stored(found, stored.version, "unchanged") if rows.same(stored, draft) else None

    def recalled(self, digest: str) -> list[Stored]:
        with self._engine.connect() as connection:
            return receipts.recalled(connection, digest)

    def acknowledge(self, article_id: str, draft: Draft) -> None:
        with self._writing.begin() as connection:
            receipts.keep(connection, draft, article_id, changed=False)

    def alike(self, bands: Sequence[str], *, limit: int = 200) -> list[tuple[str, tuple[int, ...]]]:
        with self._engine.connect() as connection:
            return copies.alike(connection, bands, limit)

    def unsketched(self, *, limit: int) -> list[Article]:
        missing = articles.c.id.not_in(select(sketches.c.article_id))
        with self._engine.connect() as connection:
            ids = connection.scalars(
                select(articles.c.id).where(missing).order_by(articles.c.fetched_at).limit(limit)
            )
            found = ids.all()
        return [self.article(article_id) for article_id in found]

    def sketch(self, article_id: str, sketch: Sketch) -> None:
        with self._writing.begin() as connection:
            copies.join(connection, article_id, sketch, near=sketch.near)

    def put(self, prepared: Prepared, tally: Tally | None = None) -> Stored:
        with self._writing.begin() as connection:
            stored = self._put(connection, prepared)
            if tally is not None:
                jobs.write(connection, tally.plus(stored, stored.embedded(len(prepared.cuts))))
            return stored

    def fetched(self, urls: Sequence[str]) -> dict[str, tuple[Stored, datetime]]:
        with self._engine.connect() as connection:
            return identity.fetched(connection, urls)

    def gone(self, url: str) -> str | None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._writing.begin() as connection:
            return identity.mark_gone(connection, url, now)

    def reachable(self, url: str) -> None:
        with self._writing.begin() as connection:
            identity.mark_gone(connection, url, None)

    def _put(self, connection: Connection, prepared: Prepared) -> Stored:
        draft, now = prepared.draft, datetime.now(UTC).isoformat(timespec="seconds")
        digest = rows.version_digest(draft)
        found = identity.find(connection, draft)
        if found is None:
            article_id, version = identity.new(connection, draft), 1
            row = rows.described(draft, version, f"article:{article_id}", now)
            connection.execute(insert(articles).values(id=article_id, language=prepared.language, **row))
        else:
            article_id = found
            old = connection.execute(_described().where(articles.c.id == found)).one()
            if rows.same(old, draft):  # it came twice, close together
                receipts.keep(connection, draft, found, changed=False)
                return Stored(found, old.version, "unchanged")
            version = old.version if old.digest == digest else old.version + 1
            row = rows.described(draft, version, old.origin, now)
            _clear(connection, old, row | {"language": prepared.language})
        connection.execute(insert(versions).values(rows.version_row(draft, article_id, version, digest, now)))
        identity.remember(connection, draft, article_id)
        self._add_passages(connection, prepared, article_id, version)
        receipts.keep(connection, draft, article_id, changed=True)
        same = connection.scalars(_same_text(digest, other_than=article_id)).all()
        near = [other for other in (*prepared.sketch.near, *same) if other != article_id]
        copied = copies.join(connection, article_id, prepared.sketch, near=near)
        connection.execute(insert(sequence).values(article_id=article_id, kind="put"))
        return Stored(article_id, version, "changed" if found else "copy" if copied else "new")

    def _add_passages(
        self, connection: Connection, prepared: Prepared, article_id: str, version: int
    ) -> None:
        # Three statements an article: two a passage took as long as an eighth of the embedding.
        cuts = [
            {
                "article_id": article_id, "version": version, "ordinal": ordinal,
                "start": cut.start, "end": cut.end, "sentences": [list(span) for span in cut.sentences],
            }
            for ordinal, cut in enumerate(prepared.cuts)
        ]  # fmt: skip
        if not cuts:
            return
        connection.execute(insert(passages), cuts)
        own = passages.c.article_id == article_id, passages.c.version == version
        ids = connection.scalars(select(passages.c.id).where(*own).order_by(passages.c.ordinal)).all()
        embedding.add(connection, ids, prepared.vectors, self._fingerprint)

    def delete(self, article_id: str) -> None:
        with self._writing.begin() as connection:
            copies.leave(connection, article_id)
            if connection.execute(delete(articles).where(articles.c.id == article_id)).rowcount == 0:
                raise NotFound(f"There is no article {article_id!r}.")
            connection.execute(insert(sequence).values(article_id=article_id, kind="delete"))

    # -- reading -------------------------------------------------------------------------------------------

    def article(self, article_id: str, version: int | None = None) -> Article:
        with self._engine.connect() as connection:
            head = connection.execute(_heads().where(articles.c.id == article_id)).first()
            if head is None:
                raise NotFound(f"There is no article {article_id!r}.")
            wanted = versions.c.version == (version or head.version)
            row = connection.execute(
                select(versions).where(versions.c.article_id == article_id, wanted)
            ).first()
            if row is None:
                raise NotFound(
                    f"Article {article_id!r} has no version {version}; the newest is {head.version}."
                )
            held = connection.scalar(
                select(func.count()).select_from(versions).where(versions.c.article_id == article_id)
            )
        return rows.article(head, row, held or 1)

    def articles(
        self, wanted: Listing = EVERY, *, after: str | None = None, limit: int = 100
    ) -> list[Summary]:
        query = listed(_summaries(), wanted, after, self._engine.dialect).limit(limit)
        with self._engine.connect() as connection:
            return [rows.summary(row) for row in connection.execute(query)]

    def latest(self, *, limit: int) -> list[Summary]:
        """The articles published last, the newest first; those without a date come after."""
        newest = articles.c.published_on.desc().nulls_last()
        query = _summaries().order_by(newest, articles.c.id).limit(limit)
        with self._engine.connect() as connection:
            return [rows.summary(row) for row in connection.execute(query)]

    def count(self) -> tuple[int, int]:
        with self._engine.connect() as connection:
            return (
                connection.scalar(select(func.count()).select_from(articles)) or 0,
                connection.scalar(select(func.count()).select_from(passages)) or 0,
            )

    def outlets(self) -> list[tuple[str, int]]:
        """Publishers with their number of articles, most first."""
        count = func.count()
        query = select(func.min(articles.c.publisher), count).where(articles.c.publisher != "")
        query = query.group_by(articles.c.publisher_key).order_by(count.desc(), articles.c.publisher_key)
        with self._engine.connect() as connection:
            return [(name, number) for name, number in connection.execute(query)]

    def passages(self, ids: Sequence[int]) -> dict[int, tuple[Passage, Summary]]:
        wanted = [int(number) for number in ids]
        with self._engine.connect() as connection:
            found = connection.execute(_PASSAGES, {"ids": wanted}).all()
        return {row.passage_id: (rows.passage(row), rows.summary(row)) for row in found}

    def places(self, ids: Sequence[int], *, model: str | None = None) -> dict[int, Place]:
        wanted = [int(number) for number in ids]
        with self._engine.connect() as connection:
            found = connection.execute(_PLACES, {"ids": wanted, "model": model or self.model}).all()
        return {row[0]: rows.place(row) for row in found}

    def publishers(self) -> tuple[str, ...]:
        found: tuple[str, ...] = self._kept(
            "publishers", lambda connection: tuple(connection.scalars(_OUTLETS))
        )
        return found

    def bodies(self, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, list[Span]]]:
        keys = set(wanted)
        if not keys:
            return {}
        with self._engine.connect() as connection:
            found = connection.execute(_BODIES, {"articles": list({article for article, _ in keys})}).all()
        return {
            (article, version): (text, [(start, end) for start, end in furniture])
            for article, version, text, furniture in found
            if (article, version) in keys
        }

    def published(self) -> tuple[Day, Day] | None:
        """The first and the last day of publication that the archive knows."""
        first, last = self._kept("published", lambda connection: connection.execute(_PUBLISHED).one())
        return (first, last) if first and last else None

    def published_between(self, first: Day, last: Day, *, most: int) -> int:
        some = select(articles.c.id).where(articles.c.published_on.between(first, last)).limit(most)
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(some.subquery())) or 0

    def _kept(self, name: str, read: Callable[[Connection], Any]) -> Any:
        """What every question needs to know, read once and again after something changed."""
        now, held = self.position(), self._known.get(name)
        if held is None or held[0] != now:
            with self._engine.connect() as connection:
                held = self._known[name] = now, read(connection)
        return held[1]

    def position(self) -> int:
        """The last position of the sequence."""
        # A question asks for it several times, and SQLAlchemy takes four times as long as SQLite.
        with closing(self._engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(_POSITION)
            return int((cursor.fetchone() or (0,))[0] or 0)

    def changes(
        self, after: int, *, limit: int, model: str | None = None
    ) -> tuple[int, list[str], list[Indexed]]:
        query = select(sequence).where(sequence.c.position > after).order_by(sequence.c.position).limit(limit)
        with self._engine.connect() as connection:
            events = connection.execute(query).all()
            touched = sorted({row.article_id for row in events})
            held = _with_words(_summaries(), articles.c.id.in_(touched)).add_columns(vectors.c.vector)
            held = held.join(vectors, embedding.of(model or self.model))
            added = [rows.indexed(row) for row in connection.execute(held.order_by(passages.c.id))]
        return (events[-1].position if events else after), touched, added

    def vectors(self, filters: Filters, *, model: str | None = None) -> tuple[NDArray[np.int64], Vectors]:
        """Every passage's id and vector, shapes [n] and [n, dimensions], of the articles the filters let in."""
        query = (
            select(passages.c.id, vectors.c.vector)
            .join(vectors, embedding.of(model or self.model))
            .order_by(passages.c.id)
        )
        conditions = walls(filters)
        if conditions:
            query = query.join(articles, articles.c.id == passages.c.article_id).where(*conditions)
        with self._engine.connect() as connection:
            found = connection.execute(query).all()
        ids = np.array([row[0] for row in found], dtype=np.int64)
        matrix = np.frombuffer(b"".join(row[1] for row in found), dtype="<f4")
        return ids, matrix.reshape(len(found), -1) if found else np.zeros((0, 1), dtype=np.float32)

    def allowed(self, filters: Filters, among: Sequence[int] | None = None) -> NDArray[np.int64]:
        """Ids of the passages, all or those `among` them, whose articles the filters let in, in order."""
        query = select(passages.c.id).join(articles, articles.c.id == passages.c.article_id)
        if among is not None:
            query = query.where(passages.c.id.in_(among))
        with self._engine.connect() as connection:
            found = connection.scalars(query.where(*walls(filters)).order_by(passages.c.id)).all()
        return np.array(found, dtype=np.int64)

    # -- embedding again -----------------------------------------------------------------------------------

    def unembedded(self, model: str, *, limit: int) -> list[tuple[Passage, Summary]]:
        query = _with_words(_summaries(), embedding.missing(model)).order_by(passages.c.id).limit(limit)
        with self._engine.connect() as connection:
            return [(rows.passage(row), rows.summary(row)) for row in connection.execute(query)]

    def spread(self, limit: int) -> list[int]:
        place, every = func.row_number().over(order_by=passages.c.id), func.count().over()
        numbered = select(passages.c.id, place.label("place"), every.label("every")).subquery()
        steps = numbered.c.place * limit // numbered.c.every
        before = (numbered.c.place - 1) * limit // numbered.c.every
        with self._engine.connect() as connection:
            return list(
                connection.scalars(select(numbered.c.id).where(steps > before).order_by(numbered.c.id))
            )

    def to_embed(self, model: str) -> int:
        query = select(func.count()).select_from(passages).where(embedding.missing(model))
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0

    def add_vectors(self, ids: Sequence[int], found: Vectors, *, model: str) -> None:
        with self._writing.begin() as connection:
            embedding.add(connection, ids, found, model)

    def drop_vectors(self) -> int:
        """Delete those that are not of the archive's model. Returns how many."""
        dropped = 0
        while True:  # a little at a time, so that nobody waits for long to write
            with self._writing.begin() as connection:
                gone = embedding.drop(connection, kept=self.model)
            dropped += gone
            if not gone:
                return dropped

    # -- conversations -------------------------------------------------------------------------------------

    def history(self, conversation_id: str, *, owners: Owners = None) -> list[Turn]:
        """In the order of asking, without the answers' receipts."""
        with self._engine.connect() as connection:
            return talks.history(connection, conversation_id, owners, whole=False)

    def conversation(self, conversation_id: str, *, owners: Owners = None) -> list[Turn]:
        """In the order of asking, each with its whole answer."""
        with self._engine.connect() as connection:
            return talks.history(connection, conversation_id, owners, whole=True)

    def write_down(self, records: Sequence[Record]) -> None:
        with self._writing.begin() as connection:
            talks.keep(connection, records)
            answers.keep(connection, records)

    def conversations(self, *, before: str | None, limit: int, owners: Owners = None) -> list[Talk]:
        with self._engine.connect() as connection:
            return talks.conversations(connection, before, limit, owners)

    def forget(self, conversation_id: str, *, owners: Owners = None) -> None:
        with self._writing.begin() as connection:
            talks.forget(connection, conversation_id, owners)

    def answer(self, answer_id: str, *, owners: Owners = None) -> Answer:
        with self._engine.connect() as connection:
            return talks.answer(connection, answer_id, owners)

    def rate(self, said: Feedback, *, owners: Owners = None) -> None:
        with self._writing.begin() as connection:
            talks.rate(connection, said, owners)

    def slack(self) -> SqlSlack:
        """What the Slack door remembers."""
        return SqlSlack(self._engine)


_PLACES = (
    select(
        passages.c.id, passages.c.article_id, passages.c.ordinal,
        articles.c.publisher_key, articles.c.published_on, placements.c.until, vectors.c.vector,
    )
    .join(articles, articles.c.id == passages.c.article_id)
    .outerjoin(placements, placements.c.article_id == articles.c.id)
    .join(vectors, (vectors.c.passage_id == passages.c.id) & (vectors.c.model == bindparam("model")))
    .where(passages.c.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip

# By article: pairs in an IN read the whole table.
_BODIES = select(
    versions.c.article_id, versions.c.version, versions.c.text, versions.c.furniture
).where(versions.c.article_id.in_(bindparam("articles", expanding=True)))  # fmt: skip

_POSITION = str(select(func.max(sequence.c.position)))
# Two steps into the index; asked together, SQLite reads all of it.
_PUBLISHED = select(
    select(func.min(articles.c.published_on)).scalar_subquery(),
    select(func.max(articles.c.published_on)).scalar_subquery(),
)


def _distinct_outlets() -> Select[Any]:
    """Every publisher by one step into its index each; DISTINCT would read an entry for every article."""
    key = articles.c.publisher_key
    seen = select(func.min(key).label("name")).where(key > "").cte("seen", recursive=True)
    following = select(func.min(key)).where(key > seen.c.name).scalar_subquery()
    seen = seen.union_all(select(following).where(seen.c.name.is_not(None)))
    return select(seen.c.name).where(seen.c.name.is_not(None))


_OUTLETS = _distinct_outlets()


def _upkeep() -> Any:
    # By name, for it knows the migrations: Alembic is slow to import, and a question needs none of this.
    return importlib.import_module("qa.adapters.archive.upkeep")


def _json(text: str) -> Any:
    # Most of what is read as JSON is a date without a time of day.
    return None if text == "null" else json.loads(text)


_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # what was acknowledged survives a power cut, not only a killed process
    "foreign_keys=ON",
    "busy_timeout=5000",
)


def _pragmas(connection: Any, _record: object) -> None:
    # Transactions are ours: Python's own would leave schema changes out of them.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("qa_fold", 1, fold, deterministic=True)


def _begin(connection: Connection) -> None:
    # A writer takes its lock at once: one that read first could not get it after another had written.
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _schema_of(connection: Connection) -> str | None:
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if tables:
        raise ArchiveError(f"{connection.engine.url.database} is a database, but not a Dateline archive.")
    return None


def _fact(connection: Connection, name: str, default: str) -> str:
    value: str | None = connection.scalar(select(facts.c.value).where(facts.c.name == name))
    if value is None:
        connection.execute(insert(facts).values(name=name, value=default))
        return default
    return value


def _newest() -> ColumnElement[bool]:
    return (versions.c.article_id == articles.c.id) & (versions.c.version == articles.c.version)


_PLACED = (placements.c.first, placements.c.until, placements.c.why, placements.c.rests_on)


def _heads() -> Select[Any]:
    """Articles, each with where it was placed if it has no date of its own."""
    return select(articles, *_PLACED).outerjoin(placements, placements.c.article_id == articles.c.id)


def _summaries() -> Select[Any]:
    return _heads().add_columns(versions.c.title).join(versions, _newest())


def _described() -> Select[Any]:
    return select(articles, versions.c.title, versions.c.digest, versions.c.furniture).join(
        versions, _newest()
    )


def _clear(connection: Connection, old: Row[Any], row: dict[str, object]) -> None:
    """Make room for what replaces an article: its passages go, an older text stays as a version."""
    copies.leave(connection, old.id)
    connection.execute(update(articles).where(articles.c.id == old.id).values(**row))
    connection.execute(delete(passages).where(passages.c.article_id == old.id))
    again = versions.c.version == row["version"]
    connection.execute(delete(versions).where(versions.c.article_id == old.id, again))


def _same_text(digest: str, *, other_than: str) -> Select[Any]:
    query = select(articles.c.id).join(versions, _newest()).where(versions.c.digest == digest)
    return query.where(articles.c.id != other_than).limit(1)


def _with_words(query: Select[Any], condition: ColumnElement[bool]) -> Select[Any]:
    words = func.substr(versions.c.text, passages.c.start + 1, passages.c.end - passages.c.start)
    return (
        query.join(passages, passages.c.article_id == articles.c.id)
        .add_columns(
            passages.c.id.label("passage_id"), passages.c.ordinal, passages.c.start, passages.c.end,
            passages.c.sentences, words.label("words"),
        )
        .where(condition)
    )  # fmt: skip


_PASSAGES = _with_words(_summaries(), passages.c.id.in_(bindparam("ids", expanding=True)))
