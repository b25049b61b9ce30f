"""The admin of sources: one file a noun. The site that registers them is `statements.desk.site`."""
