"""Every bound on what one request, one file or one world may cost, in one place. A caller who meets one is told its name.

It knows numbers and why they are what they are. It must never know who asks. What bounds how a thing *looks* (lines shown,
columns) stays with what draws it.
"""

LARGEST_RECORDING = 512 * 1024 * 1024
"""*Units*: bytes. A recording is held in memory whole, and so is one that was packed; a day of a browser's traffic is smaller."""

LARGEST_RECORDED_BODY = 16 * 1024 * 1024
"""*Units*: bytes. A body that is larger when it is unpacked is not one of imin's, but one that was made to fill the memory."""

HEAD_BYTES = 65_536
"""The head of a request: its target and all of its headers. Servers in front of APIs take 8 to 64 KiB."""

HEADERS = 200
"""The headers of a request. Apache takes 100; a client behind several proxies has some forty."""

TARGET_BYTES = 16_384
"""The target of a request, its path and query, for the server's own sake; what imin documents is a matter of its face."""

BYTES_AFTER_THE_ANSWER = 256 * 1024 * 1024
"""What a client may still send after the answer that ends its connection: it is let go by, so that the answer arrives."""

SECONDS_AFTER_THE_ANSWER = 2.0
"""How long such a client may be silent before the connection is closed."""

UPLOAD_TIMES_BODY = 64
"""How many times ``--body-limit`` an upload to the control interface may have: a snapshot that was given out is taken back."""

SLEEPS_IN_A_TEST = 100_000
"""How often code under a virtual sleep may sleep: one that waits for what never comes would go on for ever, without waiting."""
