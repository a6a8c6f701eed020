"""Pure builders: domain objects into Block Kit. Nothing here imports slack_bolt."""
