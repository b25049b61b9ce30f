"""The admin of statements: one file a noun. `statements.desk.site` registers them."""
