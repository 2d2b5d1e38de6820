"""What imin and the Booking System behind it do, as pure functions over values.

This package knows orders, order items, cancellability, the Booking System's answers, the OrdersFeed, refunds, e-mails and
the agenda of due work. It must never know the clock (``now`` is an argument), randomness, I/O, HTTP, JSON or YAML.
"""
