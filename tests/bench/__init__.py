"""What a request costs: `make bench`. Reported, never asserted, as a busy machine lies about time."""
