"""What admins set for the whole workspace."""
