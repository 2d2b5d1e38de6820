"""The HTTP faces of the mock: imin's, the Booking System's, and the control interface. Wire JSON lives here and nowhere else."""
