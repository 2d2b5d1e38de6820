"""What is wrong with a recording, as an exception that says why it cannot be used, and what to do."""


class RecordingError(Exception):
    """A file cannot be used as a recording; the message says why, and what to do."""
