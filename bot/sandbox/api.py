"""The Bot API over HTTP: token, parameters, ordered trouble, the method, and the answer in Telegram's envelope."""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .errors import ApiError, UnknownPerson
from .methods import BY_LOWER, METHODS, PACED
from .params import Params

if TYPE_CHECKING:
    from .faults import Fault, Faults
    from .rates import Rates
    from .world import World

log = logging.getLogger(__name__)

CALLS_KEPT = 20_000
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_OK = 200
_DROPPED = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One finished call. Status 0 means the connection was dropped; a drop "after" still has done its work."""

    method: str
    parameters: dict[str, Any] = field(default_factory=dict)
    status: int = _OK
    description: str = ""


class Api:
    """`under_way` counts calls in progress except long polls; `rates` is None when limits are not enforced."""

    def __init__(self, world: World, token: str, faults: Faults, rates: Rates | None) -> None:
        if not _TOKEN.fullmatch(token):
            raise ValueError("a token looks like 123456:letters-and-digits")
        self.world = world
        self._token = token
        self._faults = faults
        self._rates = rates
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.under_way = 0

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/bot{token}/{method}", self.handle),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call. Long polls are not counted as activity."""
        name = BY_LOWER.get(request.match_info["method"].lower(), "")
        polling = name == "getUpdates"
        if polling:
            return await self._answered(request, name)
        self.under_way += 1
        self.world.hub.stir()
        try:
            return await self._answered(request, name)
        finally:
            self.under_way -= 1
            self.world.hub.stir()

    async def _answered(self, request: web.Request, name: str) -> web.StreamResponse:
        params = Params({})
        drop = None
        try:
            self._check_token(request.match_info["token"])
            params = await Params.read(request)
            fault = self._faults.take(name)
            drop = fault.drop if fault else None
            result = await self._carried_out(name, params, fault)
        except ApiError as refusal:
            return self._refused(name or request.match_info["method"], params, refusal)
        self.calls.append(Call(name, params.shown(), _DROPPED if drop else _OK))
        if drop:
            return _hung_up(request)
        return web.json_response({"ok": True, "result": result})

    async def _carried_out(self, name: str, params: Params, fault: Fault | None) -> object:
        if fault is not None:
            await asyncio.sleep(fault.delay)
            if (refusal := fault.refusal()) is not None:
                raise refusal
            if fault.drop == "before":
                return None
        return await self._do(name, params)

    async def _do(self, name: str, params: Params) -> object:
        if not name:
            raise ApiError(404, "Not Found: method not found")
        if self._rates is not None and name in PACED:
            self._rates.pass_or_refuse(params.whole("chat_id") or 0)
        try:
            result = METHODS[name](self.world, params)
            return await result if inspect.isawaitable(result) else result
        except UnknownPerson:
            raise ApiError(400, "Bad Request: chat not found") from None

    async def carry_out(self, method: str, params: Params) -> object:
        """A method the bot put into its reply to a webhook; a refusal is logged, as nobody waits for it."""
        name = BY_LOWER.get(method.lower(), "")
        self.world.hub.stir()
        try:
            result = await self._do(name, params)
        except ApiError as refusal:
            log.warning("webhook reply refused: %s", refusal, extra={"action": "webhook_reply_refused"})
            self._refused(name or method, params, refusal)
            return None
        self.calls.append(Call(name, params.shown()))
        return result

    def _refused(self, name: str, params: Params, refusal: ApiError) -> web.Response:
        self.calls.append(Call(name, params.shown(), refusal.status, refusal.description))
        body: dict[str, Any] = {"ok": False, "error_code": refusal.status, "description": refusal.description}
        if refusal.parameters:
            body["parameters"] = refusal.parameters
        return web.json_response(body, status=refusal.status)

    def _check_token(self, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise ApiError(404, "Not Found")
        if token != self._token:
            raise ApiError(401, "Unauthorized")

    async def download(self, request: web.Request) -> web.Response:
        """A file by the path getFile gave."""
        try:
            self._check_token(request.match_info["token"])
        except ApiError as refusal:
            return self._refused("file", Params({}), refusal)
        stored = self.world.files.by_path(request.match_info["path"])
        if stored is None:
            return self._refused("file", Params({}), ApiError(404, "Not Found"))
        return web.Response(body=stored.data, content_type="application/octet-stream")


def _hung_up(request: web.Request) -> web.Response:
    """End the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
