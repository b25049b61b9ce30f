"""Everything public as files: one row a claim, statement, speaker, source, citation, correction.

`columns` says which files and columns there are; `claims` and `nouns` read the rows through the
doors of `statements.querysets`; `csv`, `jsonl` and `claimreview` write them; `files` says which
files there are and `kept` keeps them on disk for one publication number.
"""
