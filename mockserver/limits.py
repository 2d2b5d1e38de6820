"""Every bound on what one request, one file or one world may cost, in one place. A caller who meets one is told its name.

It knows numbers and why they are what they are. It must never know who asks. What bounds how a thing *looks* (lines shown,
columns) stays with what draws it.
"""

LARGEST_RECORDING = 512 * 1024 * 1024
"""*Units*: bytes. A recording is held in memory whole, and so is one that was packed; a day of a browser's traffic is smaller."""

LARGEST_RECORDED_BODY = 16 * 1024 * 1024
"""*Units*: bytes. A body that is larger when it is unpacked is not one of imin's, but one that was made to fill the memory."""
