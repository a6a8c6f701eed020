"""How email addresses are compared."""


def ascii_lower(text: str) -> str:
    """Fold ASCII letters only: with Unicode folding an address that merely looks alike would match."""
    return "".join(character.lower() if character.isascii() else character for character in text)
