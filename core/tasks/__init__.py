"""Tasks: what they are, who may do what with them, and every change as an event."""
