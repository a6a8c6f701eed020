"""Who is told what, once, through which channel."""
