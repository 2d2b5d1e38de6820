"""The Booking System's face, ``/booking-system``: its OrdersFeed, and OpenActive's test interface for what Sellers do."""
