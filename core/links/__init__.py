"""Linking: how a Slack user comes to act as the team account of the same person."""
