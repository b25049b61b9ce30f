"""Views of the public pages, a file a noun: read the query, ask a queryset, render."""
