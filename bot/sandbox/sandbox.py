"""The sandbox put together: a Bot API server, the people, their phones and the page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aiohttp import web

from .api import Api, Call
from .chats import Chat
from .clockwork import Clockwork
from .faults import Drop, Fault, Faults
from .group import Group
from .journal import Journal
from .page_api import PageApi
from .people import SandboxGroup
from .phone import Phone
from .rates import Rates
from .webhook import Webhook
from .world import World

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from .people import Clock, SandboxPerson

MAX_UPLOAD_BYTES = 51 * 1024 * 1024  # Telegram's 50 MB and the form around it

UNSEEN = 0.15  # seconds without a call after which a bot that works out of sight is taken to rest
SEEN = 0.02  # the same for one that says itself whether it works


class Sandbox:
    """See `serve` for running it. `busy` may be set to a function that says the bot still works out of sight."""

    def __init__(
        self,
        *,
        token: str,
        people: Sequence[SandboxPerson],
        clock: Clock,
        bot_username: str = "zhike_demo_bot",
        bot_name: str = "知客",
        journal: Path | None = None,
        enforce_rates: bool = False,
        tz: str = "Asia/Shanghai",
        on_jump: Callable[[], Awaitable[None]] | None = None,
        working_from: Callable[[date], date] = lambda day: day,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal = Journal(journal)
        user = {"id": int(token.partition(":")[0] or 0), "is_bot": True, "first_name": bot_name}
        self.world = World(
            bot={**user, "username": bot_username},
            people=people,
            clock=clock,
            journal=self._journal,
            monotonic=monotonic,
        )
        self._faults = Faults()
        self._api = Api(self.world, token, self._faults, Rates(monotonic) if enforce_rates else None)
        self.world.webhook = Webhook(self.world, self._api.carry_out)
        self.clockwork = Clockwork(self.world, tz, on_jump, working_from)
        self._page = PageApi(self.world, self.clockwork, self.phone, tz)
        self.busy: Callable[[], bool] | None = None

    @property
    def calls(self) -> deque[Call]:
        """Every finished Bot API call, oldest first; the newest 20,000."""
        return self._api.calls

    def application(self) -> web.Application:
        """A new aiohttp application over this sandbox's state."""
        app = web.Application(client_max_size=MAX_UPLOAD_BYTES)
        app.add_routes([*self._api.routes(), *self._page.routes()])
        app.on_startup.append(self._start)
        app.on_shutdown.append(self._stop)
        return app

    async def _start(self, _app: web.Application) -> None:
        self.world.webhook.start()

    async def _stop(self, _app: web.Application) -> None:
        self.world.webhook.stop()
        self.world.updates.close()
        self.world.hub.close()

    def serve_as(self, host: str) -> None:
        """Let the page be opened under this host name besides loopback and plain addresses."""
        self._page.hosts.add(host)

    def phone(self, person_id: int) -> Phone:
        """UnknownPerson, naming who there is, when nobody has this id."""
        return Phone(self.world, self.world.chat(person_id), self._working, self._rest)

    def group(self, chat_id: int, title: str) -> Group:
        """A group that the bot has been taken into."""
        chat = Chat(SandboxGroup(chat_id, title, ""), started=True)
        return Group(self.world, self.world.groups.setdefault(chat_id, chat), self._working, self._rest)

    def _rest(self) -> float:
        return UNSEEN if self.busy is None else SEEN

    def _working(self) -> bool:
        return self._api.under_way > 0 or (self.busy is not None and self.busy())

    def fail_next(
        self,
        method: str,
        *,
        times: int = 1,
        status: int = 500,
        retry_after: int | None = None,
        drop: Drop | None = None,
        delay: float = 0,
    ) -> None:
        """Let the next `times` calls of a method go wrong.

        `drop="before"` hangs up without doing it, `"after"` does it and hangs up without an answer; `retry_after`
        answers 429; `status=200` with a `delay` in seconds is only slow.
        """
        self._faults.order(method, Fault(times, status, retry_after, drop, delay))

    def block(self, person_id: int, blocked: bool = True) -> None:
        """The person blocks the bot or lets it in again; the bot hears of it and gets 403 while it is blocked."""
        self.world.block(self.world.chat(person_id), blocked=blocked)

    async def jump_to(self, at: datetime) -> None:
        """Move the demo's clock to an aware time and wait for what falls due."""
        await self.clockwork.jump_to(at)

    def close(self) -> None:
        """Close the journal; the sandbox is of no use afterwards."""
        self._journal.close()
