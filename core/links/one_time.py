"""Secrets that stand in an address or a cookie: made here, and kept nowhere but as their hash."""

import hashlib
import secrets


def fresh_secret() -> str:
    # Also of a form that PKCE allows: 43 characters of its alphabet.
    # https://www.rfc-editor.org/rfc/rfc7636#section-4.1
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
