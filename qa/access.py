"""Who may do what: keys with scopes, how often, and sessions of browsers that signed in with one.

Before the first key exists, whoever is at this machine may do everything; from then on nothing goes without one, also
when all are revoked.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from threading import Lock

from qa.errors import InputError, KeyMissing, KeyRefused, ScopeMissing, TooMany
from qa.models import HERE, PER_MINUTE, SCOPES, Caller, Key, Scope
from qa.ports import Keys

PREFIX = "dateline_"
"""Of every key, so that scanners for leaked secrets know one."""
SECRET_BYTES = 32
SESSION = timedelta(days=30)
USED_EVERY = 60.0
"""Seconds between two records of a key's use."""
MAX_NAME = 100


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def create(
    keys: Keys,
    name: str,
    scopes: Iterable[Scope],
    *,
    lasts: timedelta | None = None,
    per_minute: int = PER_MINUTE,
    tokens_per_day: int = 0,
) -> tuple[str, Key]:
    """Make a key. Returns its secret, which exists nowhere else, and what is stored of it.

    Raises:
        InputError: no name or no scope.
    """
    wanted = tuple(sorted(set(scopes)))
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise InputError(
            f"A key has a name of 1 to {MAX_NAME} printable characters, such as `newsroom page`."
        )
    if not wanted or not SCOPES.issuperset(wanted):
        raise InputError(f"A key has at least one of the scopes {', '.join(sorted(SCOPES))}.")
    secret, now = PREFIX + secrets.token_urlsafe(SECRET_BYTES), _now()
    key = Key(
        uuid.uuid4().hex[:8], name.strip(), wanted, now, now + lasts if lasts else None,
        per_minute=per_minute, tokens_per_day=tokens_per_day,
    )  # fmt: skip
    keys.add(key, digest(secret))
    return secret, key


class Access:
    """Asks the store at every request: a key that is revoked beside a running server is refused by the next one."""

    def __init__(self, keys: Keys, *, local: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        """`local` is a secret that only who can read the data folder knows; it may do everything."""
        self._keys, self._local = keys, local
        self._rate, self._closed = Rate(clock=clock), False
        self._clock, self._used = clock, dict[str, float]()

    @property
    def closed(self) -> bool:
        """Whether a key is needed."""
        self._closed = self._closed or self._keys.any()
        return self._closed

    def caller(self, secret: str) -> Caller:
        """Whose key this is.

        Raises:
            KeyRefused: unknown, expired or revoked.
            TooMany: more requests in a minute than the key may make.
        """
        if self._local and hmac.compare_digest(secret.encode("utf-8", "replace"), self._local.encode()):
            return HERE
        return self._entered(self._keys.find(digest(secret)))

    def signed_in(self, token: str) -> Caller:
        """Whose session this is. Raises what `caller` raises."""
        return self._entered(self._keys.session(digest(token), _now()))

    def sign_in(self, secret: str) -> tuple[str, int]:
        """Open a session with a key: its token, and for how many seconds it lasts. Raises what `caller` raises."""
        key = self._standing(self._keys.find(digest(secret)))
        until = min(key.expires or _now() + SESSION, _now() + SESSION)
        token = secrets.token_urlsafe(SECRET_BYTES)
        self._keys.open_session(digest(token), key.id, until)
        return token, int((until - _now()).total_seconds())

    def sign_out(self, token: str) -> None:
        self._keys.close_session(digest(token))

    def _entered(self, found: Key | None) -> Caller:
        key = self._standing(found)
        self._rate.enter(key)
        self._note_use(key)
        spent = key.tokens_per_day and self._keys.spent(key.id, _now().date()) >= key.tokens_per_day
        return Caller(key.id, key.name, frozenset(key.scopes), bool(spent))

    def _standing(self, key: Key | None) -> Key:
        if key is None:
            raise KeyRefused("This key is not known here. `qa keys create` makes one.")
        if key.revoked is not None:
            raise KeyRefused(f"This key was revoked on {key.revoked:%Y-%m-%d}. Ask for another.")
        if key.expires is not None and key.expires <= _now():
            raise KeyRefused(f"This key expired on {key.expires:%Y-%m-%d}. Ask for another.")
        return key

    def _note_use(self, key: Key) -> None:
        now = self._clock()
        if now - self._used.get(key.id, -USED_EVERY) >= USED_EVERY:
            self._used[key.id] = now
            self._keys.touch(key.id, _now())


def require(caller: Caller, scope: Scope) -> None:
    """Raises ScopeMissing."""
    if not caller.may(scope):
        had = ", ".join(sorted(caller.scopes))
        raise ScopeMissing(f"This needs a key with the scope {scope}; this one has {had}.")


def missing() -> KeyMissing:
    return KeyMissing("This archive needs a key. Send it as `Authorization: Bearer KEY`.")


class Rate:
    """A bucket for each key: as many requests at once as it may make in a minute, refilled evenly."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._held: dict[str, tuple[float, float]] = {}

    def enter(self, key: Key) -> None:
        """Raises TooMany, which says when the next request will do."""
        now, each = self._clock(), key.per_minute / 60
        with self._lock:
            left, seen = self._held.get(key.id, (float(key.per_minute), now))
            left = min(float(key.per_minute), left + (now - seen) * each)
            self._held[key.id] = (max(left - 1, 0.0) if left >= 1 else left, now)
        if left < 1:
            wait = (1 - left) / each
            raise TooMany(
                f"This key may make {key.per_minute:,} requests a minute. Try again in {wait:.1f} s.",
                wait=wait,
            )


def _now() -> datetime:
    return datetime.now(UTC)
