"""Invitation codes: made at random, kept only as a hash."""

import hashlib
import secrets

CODE_BYTES = 18  # 144 random bits; 24 characters, well inside Telegram's 64 for a start parameter


def new_code() -> str:
    """A code that fits a deep link."""
    return secrets.token_urlsafe(CODE_BYTES)


def code_hash(code: str) -> str:
    """What is kept of a code. The code has 144 random bits, so a plain hash is enough."""
    return hashlib.sha256(code.encode()).hexdigest()
