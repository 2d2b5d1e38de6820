"""The reference client is no package of this project: it is found where it lies."""

import sys

from tests.serving import ROOT

sys.path.insert(0, str(ROOT / "examples" / "integrator"))
