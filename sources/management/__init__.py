"""Commands of the sources app: docs/commands.md."""
