"""The mock on a socket: how bytes become requests, how hosts and web pages are told apart, how a server is set up.

It knows uvicorn and HTTP's wire. It must never know which application it serves.
"""
