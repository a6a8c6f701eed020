"""Which code the functions run: told to the page whenever it changes."""

from infra.local.slack.changes import Changes


class RunningCode:
    """The code that runs, counted by version, and what is wrong with newer code that does not."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._version = 0
        self._files = ""
        self._problem: str | None = None

    def runs(self, files: str) -> None:
        """Say that newer code runs now, in which `files` changed."""
        self._version, self._files, self._problem = self._version + 1, files, None
        self._changes.announce()

    def is_refused(self, problem: str) -> None:
        """Say why newer code does not run."""
        self._problem = problem
        self._changes.announce()

    def facts(self) -> dict[str, object]:
        """Write it for the page."""
        return {"version": self._version, "files": self._files, "problem": self._problem}
