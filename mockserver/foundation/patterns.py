"""Patterns that mean the same to Python, to JSON Schema and to everybody who reads a published schema.

``$`` ends a text in ECMA-262, which JSON Schema speaks; in Python it also matches before a last line end. So whoever writes a
pattern says what the whole text is, and leaves the ends to :func:`whole`. It must never know what the texts are for.
"""


def whole(expression: str) -> str:
    r"""The pattern of a text that is this expression from end to end, a line end included, in either dialect.

    The expression is written in what both dialects share: ``[0-9]`` and not ``\d``, no named groups, no ``\A`` or ``\Z``.
    """
    return rf"^(?:{expression})$(?!\n)"
