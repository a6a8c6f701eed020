"""What Slack refuses, and in which words: shapes as data, each with the address of its reference page.

    shapes.py       the few words that rules are written in
    composition.py  text, options, confirmations and the other composition objects
    rich_text.py    the parts of a rich_text block
    elements.py     block elements, and which block takes which
    blocks.py       blocks, and which surface takes which
    layout.py       what holds for a whole list of blocks
    app_manifest.py the manifest of an app
    check.py        the checks that the Web API runs: message, view, metadata

To add a type, write its shape into the table of its module.
"""

from infra.local.slack.rules.check import check_message, check_metadata, check_view

__all__ = ["check_message", "check_metadata", "check_view"]
