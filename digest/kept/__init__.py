"""What builds keep for one another, so that a morning's build costs a morning's work.

A cache: everything in it is named after a hash of all that decides it, can be
deleted at any time, and is made again.  What cannot be read is made again too.
"""
