"""Files that went through a chat, and the objects by which the Bot API names them."""

from __future__ import annotations

import mimetypes
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import bad

if TYPE_CHECKING:
    from .journal import Journal

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
_FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice", "sticker": "stickers"}
_EXTENSIONS = {"photo": ".jpg", "voice": ".oga", "sticker": ".webp"}


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes with a name, as they arrived."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`path` is what getFile answers with."""

    id: str
    name: str
    mime: str
    path: str
    data: bytes

    def as_file(self) -> dict[str, Any]:
        """The File object of the Bot API."""
        if len(self.data) > MAX_DOWNLOAD_BYTES:
            raise bad("file is too big")
        return {**self.brief(), "file_path": self.path}

    def brief(self) -> dict[str, Any]:
        return {"file_id": self.id, "file_unique_id": f"AQAD{self.id[-8:]}", "file_size": len(self.data)}


class Files:
    """Files by id and by path, in the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def keep(self, kind: str, upload: Upload) -> StoredFile:
        number = self._journal.count("next_file", 1)
        suffix = _EXTENSIONS.get(kind) or _suffix(upload)
        stored = StoredFile(
            f"BQACAgUAAxk{kind[:3].upper()}{number:08d}", upload.name, upload.mime,
            f"{_FOLDERS[kind]}/file_{number}{suffix}", upload.data,
        )  # fmt: skip
        self._journal.put_file(stored.id, stored.name, stored.mime, stored.path, stored.data)
        return stored

    def by_id(self, key: str) -> StoredFile | None:
        row = self._journal.file(key=key)
        return None if row is None else StoredFile(*row)

    def by_path(self, path: str) -> StoredFile | None:
        row = self._journal.file(path=path)
        return None if row is None else StoredFile(*row)


def media_of(kind: str, stored: StoredFile) -> dict[str, Any]:
    """What a message carries: `{"kind", "name", "object"}` with the Bot API's own object inside."""
    return {"kind": kind, "name": stored.name, "object": _OBJECTS[kind](stored)}


def _photo(stored: StoredFile) -> list[dict[str, Any]]:
    width, height = image_size(stored.data)
    return [{**stored.brief(), "width": width, "height": height}]


def _document(stored: StoredFile) -> dict[str, Any]:
    return {**stored.brief(), "file_name": stored.name, "mime_type": stored.mime}


def _voice(stored: StoredFile) -> dict[str, Any]:
    return {**stored.brief(), "duration": 3, "mime_type": "audio/ogg"}


def _sticker(stored: StoredFile) -> dict[str, Any]:
    shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    return {**stored.brief(), **shape, "emoji": stored.name}


_OBJECTS = {"photo": _photo, "document": _document, "voice": _voice, "sticker": _sticker}


def image_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG, GIF or JPEG; Telegram's refusal for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
    elif data[:6] in {b"GIF87a", b"GIF89a"} and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
    elif data[:2] == b"\xff\xd8":
        width, height = _jpeg_size(data)
    else:
        width = height = 0
    if not width or not height:
        raise bad("IMAGE_PROCESS_FAILED")
    return int(width), int(height)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return 0, 0


def _suffix(upload: Upload) -> str:
    _, dot, tail = upload.name.rpartition(".")
    if dot and tail.isascii() and tail.isalnum():
        return f".{tail.lower()}"
    return mimetypes.guess_extension(upload.mime) or ".bin"
