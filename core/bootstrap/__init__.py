"""The composition root: one module a door, so that no function loads another's adapters, over what doors share."""
