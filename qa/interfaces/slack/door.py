"""The Slack door of a server: which ways in there are, opened with the server and closed with it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import aiohttp
from fastapi import APIRouter
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from qa.errors import SettingsError
from qa.interfaces import gate
from qa.interfaces.slack import app as slack_app
from qa.interfaces.slack import http
from qa.interfaces.slack.calls import TIMEOUT, SlackTrouble, call, client
from qa.interfaces.slack.desk import Desk
from qa.service import Newsroom
from qa.settings import Settings


class Door:
    def __init__(self, newsroom: Newsroom, settings: Settings) -> None:
        self._settings = settings
        self._client = client(settings.slack_bot_token, settings.slack_api_url)
        self.desk = Desk(newsroom, settings, self._client)
        self._app = slack_app.made(self.desk, settings)

    def router(self) -> APIRouter:
        """Open while its application runs; with a route for events over HTTP, where there is a signing secret."""
        made = gate.router(include_in_schema=False, lifespan=lambda _app: self.opened())
        if self._settings.slack_signing_secret:
            http.add_route(made, self._app, self.desk, self._settings.slack_signing_secret)
        return made

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Within, questions are answered. Raises nothing for a Slack that cannot be reached now."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session:
            self._client.session = session
            self.desk.open()
            try:
                async with self._socket():
                    yield
            finally:
                await self.desk.close()

    @contextlib.asynccontextmanager
    async def _socket(self) -> AsyncIterator[None]:
        """Socket Mode, where there is an app token. The SDK reconnects by itself."""
        if not self._settings.slack_app_token:
            yield
            return
        handler = AsyncSocketModeHandler(self._app, self._settings.slack_app_token, logger=slack_app.quiet)
        self.desk.begin(self._connect(handler))
        try:
            yield
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]

    async def _connect(self, handler: AsyncSocketModeHandler) -> None:
        await self.desk.known()
        await call(handler.connect_async)

    async def require(self) -> None:
        """Raises SettingsError where Slack does not know a token."""
        checked, token = "QA_SLACK_BOT_TOKEN", self._settings.slack_app_token
        try:
            await self.desk.identity()
            if token:
                checked = "QA_SLACK_APP_TOKEN"
                await call(lambda: self._client.apps_connections_open(app_token=token), within=1.0)
        except SlackTrouble as trouble:
            raise SettingsError(f"{trouble}. Check {checked} and the way to Slack.") from trouble
