"""Jobs: what is begun as an intent, done in steps that may be repeated, and finished by whoever comes last."""
