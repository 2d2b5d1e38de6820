"""Lets Schemathesis send a scenario's text as it is: by itself it would send it as one quoted YAML string."""

from typing import Any

import schemathesis

YAML_TYPES = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")


@schemathesis.serializer(*YAML_TYPES)
def as_it_is(_: Any, value: Any) -> bytes:
    """The text itself."""
    if isinstance(value, bytes):
        return value
    return str(value).encode("utf-8", "surrogatepass")
