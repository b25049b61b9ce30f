"""The public site: pages for readers. Everything starts from a door of `statements.querysets`."""
