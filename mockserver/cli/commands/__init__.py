"""The commands of ``imin-mock``, one file each: what it takes, and its help.

Its work is in a module beside, loaded when it is called."""
