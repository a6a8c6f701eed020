"""Whatever can be sent to the API by its own description is sent: schemathesis against the running system."""
