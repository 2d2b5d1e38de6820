"""The commands that read recordings."""

from mockserver.cli.drift_command import drift
from mockserver.cli.replay_command import replay

RECORDING_COMMANDS = (drift, replay)
"""All of them."""
