"""A small, honest client of imin's Booking API: it lists a customer's bookings, cancels them, and says how that went."""
