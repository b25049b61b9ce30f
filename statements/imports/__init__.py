"""What comes in from files: one module a format, all of them through the operations."""
