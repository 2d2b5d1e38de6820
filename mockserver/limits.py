"""Every bound on what one request, one file or one world may cost, in one place. A caller who meets one is told its name.

It knows numbers and why they are what they are. It must never know who asks. What bounds how a thing *looks* (lines shown,
columns) stays with what draws it.
"""
