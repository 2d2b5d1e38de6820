"""What every test starts from: how hard Hypothesis looks, and nothing else. Worlds are made where they are needed."""

import os

from hypothesis import HealthCheck, settings

# Time limits stay with pytest-timeout: on a shared machine, a slow example says nothing about the example.
_ALWAYS = settings(deadline=None, print_blob=True)

settings.register_profile("dev", _ALWAYS, max_examples=50)
# The same examples at every run: a red build is red because of the change, and stays red until it is mended.
settings.register_profile("ci", _ALWAYS, max_examples=100, derandomize=True, database=None)
# For a night: `python3 dev.py test -- --hypothesis-profile=soak --timeout=0`.
settings.register_profile("soak", _ALWAYS, max_examples=5000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "dev")
