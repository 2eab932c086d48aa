"""Change Digest: a static site of what changed in the repositories you depend on.

repositories → commits of a day → facts → analysis → archive → pages → site.
"""

__version__ = "0.1.0"
