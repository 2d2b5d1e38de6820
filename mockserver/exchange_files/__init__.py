"""Exchanges over HTTP as files, written and read: HAR 1.2, and NDJSON with one exchange a line.

It knows those formats, and what browsers, proxies and test tools make of them. It must never know what the exchanges are about.
"""
