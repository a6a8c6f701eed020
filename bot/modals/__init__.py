"""One file per modal: build and parse, both pure, and what submitting does."""
