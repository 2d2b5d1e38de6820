"""What people read in a browser: the page at ``/`` and the reference of the three faces. Needs no network and no build."""
