"""What a site offers to programs: feeds, data, plain texts, and tags in the head of its pages.

All of it is made from the archive's records by templates and records of our own, in the pass
that writes the pages of the days, and in each language below that language's folder:

==========================  ==========================================================
``places``                  where all this is, links between it, and stable ids
``dialects``, ``rendering`` an entry or a day as HTML without a page, or as CommonMark
``choosing``                which days and commits are in which feed
``items``                   one item of a feed, and when it last changed
``dayitems``                the items that tell of one day
``atom``, ``jsonfeed``      a feed in two formats
``records``, ``daydata``    a day as JSON, and its schema
``indexes``                 the lists of days, ``llms.txt`` and ``robots.txt``
``cards``                   what the head of a page says of it
``told``                    what is published of one day, kept between builds
``publishing``              all of it for one site
``folder``                  where it is written
==========================  ==========================================================
"""
