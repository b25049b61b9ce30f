"""Charts of our own: inline SVG that needs no script, no style attribute and no colour.

Each is drawn twice from the same values, wide and narrow, so that its words stay readable on a
telephone; CSS shows one of the two. Meaning is carried by shape, pattern and words beside the
marks; a sentence says what is seen, and a table holds every number.
"""
