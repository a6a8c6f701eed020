"""Addresses that get no more mail: what bounced or was complained about, and how an admin lets it go on."""
