"""A strict Bot API server on loopback, phones to talk to it in tests, and a page that looks like a phone chat.

Everything a real bot needs runs against it unchanged: `base_url=f"{url}/bot"`, `base_file_url=f"{url}/file/bot"`.
"""

from __future__ import annotations

from .api import Call
from .errors import ApiError, NoSuchButton, SandboxError, UnknownPerson, Unsettled
from .group import Group
from .messages import Button, Message
from .people import Clock, SandboxPerson
from .phone import Phone
from .sandbox import Sandbox
from .serve import serve

__all__ = [
    "ApiError",
    "Button",
    "Call",
    "Clock",
    "Group",
    "Message",
    "NoSuchButton",
    "Phone",
    "Sandbox",
    "SandboxError",
    "SandboxPerson",
    "UnknownPerson",
    "Unsettled",
    "serve",
]
