"""Ways to reach a mock: calls in this process, ports, and mocks that run elsewhere."""
