"""Why the local system could not start, in one sentence that says what to do."""


class LocalError(Exception):
    """An expected failure: its text is shown as it is, without a traceback."""
