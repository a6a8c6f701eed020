"""Mails about an account; the one with a temporary password is written by the door itself, so it goes nowhere else."""

from collections.abc import Sequence
from html import escape
from typing import Final

from core.notifications.model import Mail
from core.people.model import Account

VALID_DAYS: Final = 7
"""As the user pool has it (infra/constructs/people.py)."""

_FONT: Final = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_HTML: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{subject}</title>
<style>
@media (prefers-color-scheme: dark) {{
  .page {{ background: #1a1d21 !important; }}
  .sheet {{ background: #222529 !important; border-color: #45494e !important; }}
  .strong {{ color: #f2f2f2 !important; }}
}}
</style>
</head>
<body class="page" style="margin:0; padding:0; background:#f4f4f2;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:16px;">
<table role="presentation" class="sheet" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px; \
background:#ffffff; border:1px solid #d8d8d4; border-radius:8px; text-align:left; {font}">
<tr><td style="padding:24px;">
{paragraphs}
</td></tr></table>
</td></tr></table>
</body>
</html>
"""
_PARAGRAPH: Final = (
    '<p class="strong" style="margin:0 0 16px; font-size:16px; line-height:24px; color:#1d1c1d;">{text}</p>'
)
_LETTERING: Final = (
    '<p class="strong" style="margin:0 0 16px; font-size:20px; line-height:28px; color:#1d1c1d; '
    'font-family:ui-monospace,Menlo,Consolas,monospace;">{text}</p>'
)


def build_invitation(account: Account, password: str, *, by: str, is_reset: bool = False) -> Mail:
    """Tell a person their temporary password and what to do with it; `by` is who invited them or reset it."""
    happened = (
        f"{by} has reset the password of your team account. You are signed out everywhere."
        if is_reset
        else f"{by} has added you to the team on Task Bot."
    )
    greeting = f"Hello {account.given_name},"
    password_follows = f"Sign in as {account.email} with this temporary password:"
    steps = (
        f"In Slack, type /task link and sign in. You then choose a password of your own. "
        f"The temporary one works once, for {VALID_DAYS} days; afterwards any admin can send you a new one."
    )
    warning = "Nobody else was sent this password. If you did not expect this mail, tell an admin of your team."
    subject = "[Task Bot] Your new temporary password" if is_reset else "[Task Bot] You are invited"
    paragraphs = (greeting, happened, password_follows, password, steps, warning)
    return _mail(subject, paragraphs, set_apart=password)


def build_address_change(account: Account, *, by: str) -> Mail:
    """Tell both addresses of a person that the account has the new one now; `by` is who wrote it there."""
    paragraphs = (
        f"Hello {account.given_name},",
        f"{by} has changed the email address of your team account on Task Bot. It is now:",
        account.email,
        "Sign in with it from now on; your password stays the same. Emails about tasks go there too, and your link to "
        "Slack stays.",
        "Nobody has proven yet that the new mailbox is yours. Until then you cannot reset a forgotten password "
        "yourself: any admin can send you a temporary one there, and signing in with it is the proof.",
        "If you did not expect this mail, tell an admin of your team at once.",
    )
    return _mail("[Task Bot] The email address of your account has changed", paragraphs, set_apart=account.email)


def _mail(subject: str, paragraphs: Sequence[str], *, set_apart: str) -> Mail:
    """Write the same as text and as HTML; one of the paragraphs stands out."""
    text = "\n\n".join(f"    {each}" if each == set_apart else each for each in paragraphs) + "\n"
    html = "\n".join((_LETTERING if each == set_apart else _PARAGRAPH).format(text=escape(each)) for each in paragraphs)
    return Mail(subject, text, _HTML.format(subject=escape(subject), font=_FONT, paragraphs=html))
