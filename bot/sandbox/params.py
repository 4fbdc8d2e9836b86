"""Parameters of a Bot API call, however they came: query, JSON, form or multipart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, hdrs

from .errors import bad
from .files import Upload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

_TRUE = frozenset({"true", "1", "yes"})
_NUMBERS = frozenset({"chat_id", "from_chat_id", "message_id", "user_id", "offset", "limit", "timeout"})
_WORDS = frozenset({"text", "caption", "description", "name", "short_description"})


class Params:
    """Values by name with the conversions Telegram allows: numbers, flags and objects may be strings."""

    def __init__(self, values: Mapping[str, Any], files: Mapping[str, Upload] | None = None) -> None:
        self.values = dict(values)
        self.files = dict(files or {})

    @classmethod
    async def read(cls, request: web.Request) -> Params:
        """Everything of the request; a JSON body that is no object is refused."""
        values: dict[str, Any] = dict(request.query)
        if request.content_type == "application/json":
            return cls({**values, **_object(await request.text())})
        if not request.content_type.startswith("multipart/"):
            return cls({**values, **{k: v for k, v in (await request.post()).items() if isinstance(v, str)}})
        files: dict[str, Upload] = {}
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader):
                await _read_part(part, values, files)
        return cls(values, files)

    def text(self, name: str) -> str:
        """The value as text; "" when absent. Lone surrogates cannot be UTF-8 and are refused."""
        value = self.values.get(name)
        text = "" if value is None else str(value)
        try:
            text.encode()
        except UnicodeEncodeError:
            raise bad("strings must be encoded in UTF-8") from None
        return text

    def whole(self, name: str) -> int | None:
        """The value as an integer; None when absent."""
        value = self.values.get(name)
        if value in (None, ""):
            return None
        try:
            return int(str(value))
        except ValueError:
            raise bad(f"invalid {name} specified") from None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in _TRUE

    def json(self, name: str) -> Any:
        """The value as JSON, parsed when it came as text; None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def file(self, reference: str) -> Upload | str:
        """The upload a field or `attach://name` means; otherwise the reference itself, a file id or address."""
        return self.files.get(reference.removeprefix("attach://"), reference)

    def shown(self) -> dict[str, Any]:
        """For the list of calls: objects and numbers as such, files by name and size."""
        values = {name: _plain(name, value) for name, value in self.values.items()}
        return {**values, **{name: f"<{f.name}, {len(f.data)} bytes>" for name, f in self.files.items()}}


def _plain(name: str, value: object) -> object:
    if not isinstance(value, str) or name in _WORDS:
        return value
    if name in _NUMBERS and value.lstrip("-").isdecimal():
        return int(value)
    if value[:1] not in {"{", "["}:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _object(body: str) -> dict[str, Any]:
    try:
        value = json.loads(body or "{}")
    except ValueError:
        raise bad("can't parse the request body as JSON") from None
    if not isinstance(value, dict):
        raise bad("the request body must be a JSON object")
    return value


async def _read_part(part: BodyPartReader, values: dict[str, Any], files: dict[str, Upload]) -> None:
    name = part.name or ""
    if part.filename is None:
        values[name] = await part.text()
        return
    mime = part.headers.get(hdrs.CONTENT_TYPE, "application/octet-stream")
    files[name] = Upload(part.filename, mime, bytes(await part.read(decode=False)))
