"""Settings: environment, then `QA_HOME/qa.toml`, then defaults, in one frozen object.

Every setting is an environment variable `QA_<NAME>` and a key `<name>` of the file. What is not known is
refused: a misspelt setting that silently does nothing is how data ends up in the wrong folder.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from qa.errors import SettingsError

TRUE = frozenset({"1", "true", "yes", "on"})
HOST = re.compile(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\]")
ORIGIN = re.compile(r"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?")
PRICE = re.compile(r"\d{1,6}(?:\.\d{1,6})? \d{1,6}(?:\.\d{1,6})?")
SLACK_ID = re.compile(r"[A-Z][A-Z0-9]{2,30}")
FALSE = frozenset({"0", "false", "no", "off", ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    home: Path
    """The data folder: archive, indexes, lock."""
    database_url: str = ""
    """Another SQL database for the archive; empty is SQLite in `home`."""
    llm_base_url: str = ""
    llm_model: str = ""
    llm_timeout: float = 8.0
    """Seconds for the whole call of the model, all tries together."""
    llm_tokens_per_day: int = 0
    """Tokens that this process may spend in a day (UTC), then answers are extractive; 0 is no limit."""
    llm_price: str = ""
    """What a million tokens read, and a million written, cost: two numbers, for the operator's page."""
    openai_api_key: str = ""
    embed_base_url: str = ""
    """An OpenAI-compatible server for embeddings; empty is the built-in model."""
    embed_model: str = ""
    embed_dimensions: int = 0
    chroma_url: str = ""
    """A Chroma server for the vector index; empty is Chroma in this process."""
    max_question: int = 4000
    """Characters of a question."""
    hosts: str = ""
    """Names by which the server may be called beside its machine's own, such as news.example, with spaces between."""
    embed_origins: str = ""
    """Sites that may show the ask box in a frame: origins such as https://paper.example, with spaces between."""

    public_url: str = ""
    """The address under which people reach the page, for links from elsewhere: https://dateline.paper.example."""
    slack_bot_token: str = field(default="", repr=False)
    """Opens the Slack door, together with one of the next two."""
    slack_signing_secret: str = field(default="", repr=False)
    """For events over HTTP."""
    slack_app_token: str = field(default="", repr=False)
    """For Socket Mode."""
    slack_api_url: str = "https://slack.com/api/"
    slack_teams: str = ""
    """Workspaces whose people are answered, ids with spaces between; empty is the bot's own."""
    slack_channels: str = ""
    """Channels in which it answers, beside direct messages; empty is every one that it is in."""
    slack_retention_days: int = 90
    """Days after which conversations from Slack are forgotten; 0 keeps them."""

    @property
    def prices(self) -> tuple[float, float] | None:
        """Of a million tokens read and written, where they are known."""
        if not self.llm_price:
            return None
        read, written = map(float, self.llm_price.split())
        return read, written

    @property
    def has_model(self) -> bool:
        return bool(self.llm_model and (self.llm_base_url or self.openai_api_key))


NAMES = frozenset(field.name for field in fields(Settings))
DEFAULT_OPENAI_MODEL = "gpt-4.1-mini"


def load(environ: Mapping[str, str], *, home: Path | None = None) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: an unknown `QA_` variable or key, or a value of the wrong kind.
    """
    given = {
        name.removeprefix("QA_").lower(): value
        for name, value in environ.items()
        if name.startswith("QA_") and value  # what is empty is not set: a compose file cannot leave it out
    }
    _refuse_unknown(given, "environment variable QA_")
    folder = home or Path(given.pop("home", "") or _default_home()).expanduser()
    values: dict[str, Any] = {**_file(folder / "qa.toml"), **given}
    values.pop("home", None)
    if environ.get("OPENAI_API_KEY"):
        values.setdefault("openai_api_key", environ["OPENAI_API_KEY"])
    if values.get("openai_api_key") and not values.get("llm_base_url"):
        values.setdefault("llm_model", DEFAULT_OPENAI_MODEL)
    settings = Settings(
        home=folder.absolute(), **{name: _typed(name, value) for name, value in values.items()}
    )
    _check(settings)
    _check_slack(settings)
    return settings


def _default_home() -> str:
    return platformdirs.user_data_dir("dateline", appauthor=False)


def _file(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    try:
        values: dict[str, object] = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}. Mend it or move it away.") from error
    _refuse_unknown(values, f"{path}: key ")
    return values


def _refuse_unknown(values: Mapping[str, object], where: str) -> None:
    for name in values:
        if name not in NAMES:
            shown = name.upper() if where.endswith("QA_") else name
            near = difflib.get_close_matches(name, NAMES, n=1)
            hint = f" Did you mean {near[0].upper() if shown.isupper() else near[0]}?" if near else ""
            raise SettingsError(f"Unknown setting: {where}{shown}.{hint} Known: {', '.join(sorted(NAMES))}.")


def _typed(name: str, value: object) -> Any:
    default: Any = next(field.default for field in fields(Settings) if field.name == name)
    try:
        if isinstance(default, bool):
            return _boolean(str(value))
        return type(default)(value)
    except ValueError as error:
        raise SettingsError(f"Setting {name}: {value!r} is not a {type(default).__name__}.") from error


def _boolean(value: str) -> bool:
    if value.lower() in TRUE | FALSE:
        return value.lower() in TRUE
    raise ValueError(value)


def _check(settings: Settings) -> None:
    _check_addresses(settings)
    if settings.llm_price and not PRICE.fullmatch(settings.llm_price):
        raise SettingsError(
            "QA_LLM_PRICE is two numbers, what a million tokens read and a million written cost, such as 0.40 1.60."
        )
    if settings.llm_base_url and not settings.llm_model:
        raise SettingsError(
            "QA_LLM_BASE_URL is set without QA_LLM_MODEL: name the model that the server offers."
        )
    if settings.embed_base_url and not (settings.embed_model and settings.embed_dimensions):
        raise SettingsError("QA_EMBED_BASE_URL needs QA_EMBED_MODEL and QA_EMBED_DIMENSIONS beside it.")
    if settings.llm_timeout <= 0:
        raise SettingsError("QA_LLM_TIMEOUT must be a positive number of seconds.")


def _check_addresses(settings: Settings) -> None:
    for host in settings.hosts.split():
        if not HOST.fullmatch(host):
            raise SettingsError(
                f"QA_HOSTS: {host!r} is not a host's name. Write news.example, without a scheme, port or path."
            )
    for origin in settings.embed_origins.split():
        if not ORIGIN.fullmatch(origin):
            raise SettingsError(
                f"QA_EMBED_ORIGINS: {origin!r} is not an origin. Write https://paper.example, without a path."
            )
    if settings.chroma_url and not ORIGIN.fullmatch(settings.chroma_url):
        raise SettingsError(
            f"QA_CHROMA_URL: {settings.chroma_url!r} is not a server's address. "
            "Write http://127.0.0.1:8000, without a path."
        )


def _check_slack(settings: Settings) -> None:
    if settings.public_url and not ORIGIN.match(settings.public_url):
        raise SettingsError("QA_PUBLIC_URL must be an address such as https://dateline.paper.example.")
    for name, prefix in (("slack_bot_token", "xoxb-"), ("slack_app_token", "xapp-")):
        value = getattr(settings, name)
        if value and not value.startswith(prefix):
            raise SettingsError(
                f"QA_{name.upper()} must begin with {prefix}; what is set is another kind of token."
            )
    given = [name for name in ("slack_signing_secret", "slack_app_token") if getattr(settings, name)]
    if given and not settings.slack_bot_token:
        raise SettingsError(f"QA_{given[0].upper()} needs QA_SLACK_BOT_TOKEN beside it.")
    if settings.slack_bot_token and not given:
        raise SettingsError(
            "QA_SLACK_BOT_TOKEN needs QA_SLACK_SIGNING_SECRET (events over HTTP) or QA_SLACK_APP_TOKEN (Socket Mode)."
        )
    if not settings.slack_api_url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise SettingsError("QA_SLACK_API_URL must be an https address: the token goes there.")
    if settings.slack_retention_days < 0:
        raise SettingsError("QA_SLACK_RETENTION_DAYS must be 0 or more.")
    _check_slack_ids(settings)


def _check_slack_ids(settings: Settings) -> None:
    for name in ("slack_teams", "slack_channels"):
        for value in getattr(settings, name).split():
            if not SLACK_ID.fullmatch(value):
                raise SettingsError(
                    f"QA_{name.upper()}: {value!r} is not an id of Slack's, such as C0123ABCD."
                )
