"""One construct per capability of the stack; each also knows what a function needs to be allowed to use it."""
