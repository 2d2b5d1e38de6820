"""Proof of the scenario format: what a file means, and what each mistake in one is told."""
