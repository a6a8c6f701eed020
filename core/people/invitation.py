"""The mail with a temporary password: written by the door itself, so that the password goes nowhere else."""

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
    text = "\n\n".join((greeting, happened, password_follows, f"    {password}", steps, warning)) + "\n"
    before = [_PARAGRAPH.format(text=escape(each)) for each in (greeting, happened, password_follows)]
    after = [_PARAGRAPH.format(text=escape(each)) for each in (steps, warning)]
    paragraphs = "\n".join([*before, _LETTERING.format(text=escape(password)), *after])
    return Mail(subject, text, _HTML.format(subject=escape(subject), font=_FONT, paragraphs=paragraphs))
