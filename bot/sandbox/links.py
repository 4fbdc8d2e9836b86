"""Addresses: which a client would open, and which are this bot's own deep links."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from .errors import SandboxError

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
_HOSTS = frozenset({"t.me", "telegram.me"})


def link_url(link: str) -> str | None:
    """The address a client would open, with http:// where no scheme is written; None when it is no address."""
    link = link.strip()
    if re.match(r"(?i)(tg|mailto|tel):", link):
        return link
    address = link if re.match(r"(?i)https?://", link) else f"http://{link}"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    if "://" in link and not re.match(r"(?i)https?://", link):
        return None
    if re.search(r"\s", link) or not ("." in host.strip(".") or host == "localhost" or ":" in host):
        return None
    return address if parts.path or parts.query or parts.fragment else f"{address}/"


def start_payload(link: str, username: str) -> str | None:
    """What a deep link of this bot hands over, "" for none; None when the link leads elsewhere."""
    parts = urlsplit(link)
    if parts.hostname not in _HOSTS or parts.path.strip("/").lower() != username.lower():
        return None
    payload = parse_qs(parts.query).get("start", [""])[0]
    if not _PAYLOAD.fullmatch(payload):
        raise SandboxError("链接里的 start 只能是 1 到 64 个字母、数字、_ 或 -")
    return payload
