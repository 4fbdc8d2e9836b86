"""What the page asks of the sandbox. Each action is one verb of a Phone.

Only pages of this server may use it: the Host header must be loopback, a plain address or the name it was served
under (no name of a stranger that points here), and a POST needs a header no other site can send without asking.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from . import view
from .errors import ApiError, SandboxError, UnknownPerson
from .files import Upload
from .page_verbs import VERBS
from .people import SandboxPerson

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .clockwork import Clockwork
    from .phone import Phone
    from .world import World

log = logging.getLogger(__name__)

PAGE = Path(__file__).parent / "page"
HEADER = "X-Zhike-Demo"
FIRST_ADDED_ID = 900_001
MAX_NAME = 32
_HEARTBEAT = 5.0  # seconds; each beat carries the demo's time
_COLORS = ("#e17076", "#7bc862", "#65aadd", "#a695e7", "#ee7aae", "#6ec9cb", "#faa774")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class PageApi:
    """Routes of the page. `hosts` are the names it may be opened under."""

    def __init__(self, world: World, clockwork: Clockwork, phone: Callable[[int], Phone], tz: str) -> None:
        self._world = world
        self._clockwork = clockwork
        self._phone = phone
        self._tz = tz
        self.hosts = {"localhost"}

    def routes(self) -> list[web.RouteDef]:
        gets = {
            "/": self.index,
            "/page/{name}": self.asset,
            "/demo/state": self.state,
            "/demo/events": self.events,
            "/demo/file/{key}": self.file,
        }
        posts = {
            "/demo/act/{verb}": self.act,
            "/demo/upload": self.upload,
            "/demo/clock": self.clock,
            "/demo/people": self.add_person,
        }
        return [
            *(web.get(path, self._guarded(handler)) for path, handler in gets.items()),
            *(web.post(path, self._guarded(handler)) for path, handler in posts.items()),
        ]

    def _guarded(
        self, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The handler behind the two checks, with what went wrong as a sentence for the page."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if not self._known_host(request):
                return _error(403, "这个页面只能从本机或启动时的地址打开")
            if request.method == "POST" and HEADER not in request.headers:
                return _error(403, f"缺少 {HEADER} 请求头")
            try:
                return await handler(request)
            except UnknownPerson as trouble:
                return _error(404, str(trouble))
            except (SandboxError, ApiError) as trouble:
                return _error(400, str(trouble))
            except (KeyError, ValueError, TypeError) as trouble:
                return _error(400, f"请求不完整：{trouble}")

        return guarded

    def _known_host(self, request: web.Request) -> bool:
        host = request.url.host or ""
        with contextlib.suppress(ValueError):
            return bool(ipaddress.ip_address(host))
        return host in self.hosts

    async def index(self, _request: web.Request) -> web.StreamResponse:
        return _asset(PAGE / "index.html")

    async def asset(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in {path.name for path in PAGE.iterdir()}:
            return _error(404, "没有这个文件")
        return _asset(PAGE / name)

    async def state(self, request: web.Request) -> web.StreamResponse:
        """Everything a page shows of one person, and the list of all."""
        wanted = request.query.get("person", "")
        chat = self._world.chat(int(wanted) if wanted else next(iter(self._world.chats)))
        return web.json_response(
            {
                "bot": self._bot(),
                "tz": self._tz,
                "now": self._clockwork.now(),
                "morning": self._clockwork.morning_label(),
                "person": chat.person.id,
                "people": [view.person(item) for item in self._world.chats.values() if item.person.listed],
                "chat": view.chat(self._world, chat),
                "messages": [view.message(chat, item) for item in chat.messages.values()],
            }
        )

    def _bot(self) -> dict[str, str]:
        return {
            "name": self._world.journal.setting("name:") or self._world.bot["first_name"],
            "username": self._world.bot["username"],
            "description": self._world.journal.setting("description:") or "",
        }

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: everything that happens from now on, and the time every few seconds."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        listener = self._world.hub.listen()
        try:
            await _send(response, {"type": "clock", "now": self._clockwork.now()})
            while (event := await self._next(listener)) is not None:
                await _send(response, event)
        except ConnectionError:
            log.debug("a page was closed", extra={"action": "page_closed"})
        finally:
            self._world.hub.leave(listener)
        return response

    async def _next(self, listener: asyncio.Queue[dict[str, Any] | None]) -> dict[str, Any] | None:
        try:
            async with asyncio.timeout(_HEARTBEAT):
                return await listener.get()
        except TimeoutError:
            return {"type": "clock", "now": self._clockwork.now()}

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Pictures are shown, everything else is only ever saved."""
        stored = self._world.files.by_id(request.match_info["key"])
        if stored is None:
            return _error(404, "没有这个文件")
        picture = stored.path.startswith("photos/") and "download" not in request.query
        response = web.Response(body=stored.data, content_type="image/jpeg" if picture else "application/octet-stream")
        response.headers.update({"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"})
        if not picture:
            response.headers["Content-Disposition"] = _attachment(stored.name)
        return response

    async def act(self, request: web.Request) -> web.StreamResponse:
        """`POST /demo/act/say {"person": 1, "text": "…"}` and its like."""
        asked = await request.json()
        verb = request.match_info["verb"]
        if verb == "block":
            self._world.block(self._world.chat(int(asked["person"])), blocked=bool(asked["blocked"]))
            return web.json_response({"ok": True})
        if verb not in VERBS:
            return _error(404, "没有这个动作")
        result = await VERBS[verb](self._phone(int(asked["person"])), asked)
        return web.json_response({"ok": True, "result": result if isinstance(result, str) else None})

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Form of `person`, `kind` (photo or document), `caption` and the `file`."""
        fields: dict[str, str] = {}
        upload = None
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.filename:
                mime = part.headers.get("Content-Type", "application/octet-stream")
                upload = Upload(part.filename, mime, bytes(await part.read(decode=False)))
            elif isinstance(part, BodyPartReader):
                fields[part.name or ""] = await part.text()
        if upload is None or not upload.data:
            return _error(400, "文件是空的")
        phone = self._phone(int(fields["person"]))
        if fields.get("kind") == "photo":
            await phone.send_photo(upload.data, fields.get("caption", ""))
        else:
            await phone.send_document(upload.name, upload.data, caption=fields.get("caption", ""), mime=upload.mime)
        return web.json_response({"ok": True})

    async def clock(self, request: web.Request) -> web.StreamResponse:
        """`{"to": "morning" | "hour" | "evening" | ISO time}`; answers when what fell due was handed to the bot."""
        asked = await request.json()
        await self._clockwork.jump_to(self._clockwork.goal(str(asked["to"])))
        return web.json_response({"ok": True, "now": self._clockwork.now(), "morning": self._clockwork.morning_label()})

    async def add_person(self, request: web.Request) -> web.StreamResponse:
        """Somebody the bot has never heard of."""
        asked = await request.json()
        name = str(asked.get("name") or "").strip()[:MAX_NAME]
        if not name:
            return _error(400, "要有名字")
        key = self._world.journal.count("next_person_id", FIRST_ADDED_ID)
        color = _COLORS[key % len(_COLORS)]
        self._world.add_person(SandboxPerson(key, name, f"guest_{key}", role="新来的", color=color))
        return web.json_response({"ok": True, "person": key})


def _error(status: int, sentence: str) -> web.Response:
    return web.json_response({"ok": False, "error": sentence}, status=status)


def _asset(path: Path) -> web.StreamResponse:
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return web.FileResponse(path, headers=headers)


def _attachment(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


async def _send(response: web.StreamResponse, event: dict[str, Any]) -> None:
    await response.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())
