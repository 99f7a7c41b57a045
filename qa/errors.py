"""Every exception that Dateline raises on purpose.

    QaError                      500 internal
    ├── InputError               400 bad_input          what was given cannot be used as it is
    │   ├── SettingsError        500 bad_settings       an unknown or unusable setting
    │   ├── QuestionError        422 bad_question       empty, or too long
    │   ├── ReadError            422 unreadable         a file or record that is not an article
    │   └── UnsupportedError     415 unsupported        a kind of input that is not read
    ├── IngestError              500 ingest             reading cannot go on
    ├── FetchError               502 fetch              an address from outside
    │   ├── FetchRefused         400 fetch_refused      permanent: not an address that may or can be read
    │   ├── FetchGone            404 fetch_gone         permanent: the server says 404 or 410
    │   └── FetchFailed          503 fetch_failed       transient: another try may help
    ├── Interrupted              503 interrupted        a long work was stopped before its end
    ├── NotFound                 404 not_found          no such article, version or conversation
    ├── AccessError              403 forbidden          who asks may not do this
    │   ├── KeyMissing           401 no_key             a key is needed, and none was given
    │   ├── KeyRefused           401 bad_key            unknown, expired or revoked
    │   ├── ScopeMissing         403 scope              the key is good, but not for this
    │   ├── ForeignOrigin        403 foreign_origin     a page of another site
    │   └── TooMany              429 too_many           transient: later will do
    ├── NotReady                 503 not_ready          the server cannot answer questions now
    ├── Overloaded               503 overloaded         transient: the server has as much to do as it takes on
    ├── ArchiveError             500 archive
    │   ├── SchemaTooNew         500 archive_newer      written by a newer Dateline
    │   ├── ModelMismatch        500 archive_model      embedded with another model
    │   └── Busy                 503 busy               another process owns the data folder
    ├── ViewError                503 index              a search index cannot be used
    │   └── ViewAway             503 index              the server of an index does not answer
    └── ModelError               502 model              the model server
        ├── ModelUnavailable     503 model_unavailable  transient: another try may help
        └── ModelRefused         502 model_refused      permanent: another try will not help

Messages are written for the person who reads them: what is wrong, and what to do.
"""

from __future__ import annotations

from typing import ClassVar


class QaError(Exception):
    """Base of all. `status` is the HTTP status, `code` the public name of the problem."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"


class InputError(QaError):
    status = 400
    code = "bad_input"


class SettingsError(InputError):
    status = 500
    code = "bad_settings"


class QuestionError(InputError):
    status = 422
    code = "bad_question"


class ReadError(InputError):
    status = 422
    code = "unreadable"


class UnsupportedError(InputError):
    status = 415
    code = "unsupported"


class IngestError(QaError):
    code = "ingest"


class FetchError(QaError):
    status = 502
    code = "fetch"


class FetchRefused(FetchError):
    status = 400
    code = "fetch_refused"


class FetchGone(FetchError):
    status = 404
    code = "fetch_gone"


class FetchFailed(FetchError):
    """`wait` is how long the server asked to be left alone, in seconds."""

    status = 503
    code = "fetch_failed"

    def __init__(self, message: str, *, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


class Interrupted(QaError):
    status = 503
    code = "interrupted"


class NotFound(QaError):
    status = 404
    code = "not_found"


class AccessError(QaError):
    status = 403
    code = "forbidden"


class KeyMissing(AccessError):
    status = 401
    code = "no_key"


class KeyRefused(AccessError):
    status = 401
    code = "bad_key"


class ScopeMissing(AccessError):
    code = "scope"


class ForeignOrigin(AccessError):
    code = "foreign_origin"


class TooMany(AccessError):
    """`wait` is after how many seconds another try may help."""

    status = 429
    code = "too_many"

    def __init__(self, message: str, *, wait: float) -> None:
        super().__init__(message)
        self.wait = wait


class NotReady(QaError):
    status = 503
    code = "not_ready"


class Overloaded(QaError):
    """`wait` is after how many seconds another try may help."""

    status = 503
    code = "overloaded"

    def __init__(self, message: str, *, wait: float) -> None:
        super().__init__(message)
        self.wait = wait


class ArchiveError(QaError):
    code = "archive"


class SchemaTooNew(ArchiveError):
    code = "archive_newer"


class ModelMismatch(ArchiveError):
    code = "archive_model"


class Busy(ArchiveError):
    status = 503
    code = "busy"


class ViewError(QaError):
    status = 503
    code = "index"


class ViewAway(ViewError):
    """The server of an index does not answer."""


class ModelError(QaError):
    status = 502
    code = "model"


class ModelUnavailable(ModelError):
    status = 503
    code = "model_unavailable"


class ModelRefused(ModelError):
    code = "model_refused"
