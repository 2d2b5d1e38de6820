"""imin's face, ``/api/v2``: whatever imin could answer looks exactly like imin."""
