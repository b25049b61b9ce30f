"""The desk: the checker's daily pages inside the admin."""
