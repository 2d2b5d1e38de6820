"""What every other package may use, and which uses none of them: bounds, arithmetic of dates, and texts.

It must never know HTTP, YAML or the command line.
"""
