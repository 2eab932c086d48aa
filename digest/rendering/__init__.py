"""Markdown pages → HTML, each once: what was rendered is kept between builds.

Two things are kept of a page, each under a hash of everything that decides it:
its content (Python-Markdown's work) and its whole HTML (the theme's work).  The
folder is a cache: delete it, and the next build makes the same bytes again.
"""
