"""The control interface, ``/__admin``: scenarios, worlds, their clocks, what Sellers do, and everything that can be observed."""
