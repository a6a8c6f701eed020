"""Many clients at once: locust against the running system."""
