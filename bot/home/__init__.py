"""App Home: what it shows, and when it is made anew."""
