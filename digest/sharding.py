"""Which repositories a run looks after, where several runs share them."""

from __future__ import annotations

import hashlib
import re

import msgspec

_FORM = re.compile(r"([1-9]\d{0,3})/([1-9]\d{0,3})")


class Shard(msgspec.Struct, frozen=True):
    """One of several parts of the repositories.

    Which part a repository is in depends on its slug and on the number of parts, so
    a repository that comes or goes moves no other.
    """

    number: int
    """From 1 on."""
    total: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """A shard as it is written, such as ``3/16``.

        Raises:
            ValueError: it is no shard.
        """
        found = _FORM.fullmatch(text)
        if found is None or int(found[1]) > int(found[2]):
            raise ValueError(f"{text!r} is not a part such as 3/16")
        return cls(int(found[1]), int(found[2]))

    def holds(self, slug: str) -> bool:
        """Whether a repository is in this part."""
        # The slug's folder, which some file systems know in one spelling only.
        digest = hashlib.sha256(slug.casefold().encode()).digest()
        return int.from_bytes(digest[:8], "big") % self.total == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.total}"
