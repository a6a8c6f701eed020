"""What the Slack function is measured against; copied into the bundle and run there, without the rest of the tests."""
