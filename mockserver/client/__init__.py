"""The one way to reach a mock: a call in this process without a socket, a port of this process, or one that runs elsewhere.

It knows ASGI, HTTP and the control interface, and how the mock loses and cuts answers. It must never know what is asked for.
"""
