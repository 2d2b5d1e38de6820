"""Exchanges as files: what one format or the other writes is read as it was."""
