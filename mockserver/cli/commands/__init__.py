"""The commands of ``imin-mock``, one file each: what it takes, its help, and what it does.

A file is loaded when its command is called.
"""
