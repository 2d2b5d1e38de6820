"""Proof of the exhaustive check: every kind of fault is found, nothing that ships is accused, and every way can be walked."""
