"""Pages → files, and which files are ours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from digest.errors import DigestError
from digest.pageviews import MARK, leads_out
from digest.site import Site


def write(languages: Sequence[Site], folder: Path, *, linked: bool = False) -> dict[str, Path]:
    """Write every page as a Markdown file, and remove those that there are no more.

    Files that are right already are not touched.

    Arguments:
        languages: the site in each language.
        folder: where to; made if it is not there.
        linked: whether pages that are in files already, kept from earlier builds, stay there.

    Returns:
        The paths of all pages, with their files.

    Raises:
        DigestError: a file is in the way that is not one of ours; nothing is written.  Or what
            was kept names a place outside of the folder.
    """
    written = {path: folder / path for site in languages for path in site.paths()}
    targets = {*written.values()}
    for target in sorted(targets):
        if target.exists() and not _is_ours(target):
            raise DigestError(
                f"{target}: there is a file that was not made by change-digest; "
                "choose another folder, or remove it"
            )
    for site in languages:
        site.days.linked = linked
    # In step, so that each day is read once for all languages.
    for pages in zip(*(site.pages() for site in languages), strict=True):
        for page in pages:
            if leads_out(page.path):
                raise DigestError(f"{page.path}: no page may lie there; remove the cache")
            target = folder / page.path
            if page.source is not None:
                written[page.path] = Path(page.source)
                continue
            data = page.text.encode()
            if target.exists() and target.read_bytes() == data:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    for path in folder.rglob("*.md"):
        if path not in targets and _is_ours(path):
            path.unlink()
    return written


def rewrite(site: Site, path: str, folder: Path) -> Path:
    """Write one page once more, with the templates as they are now.

    Arguments:
        site: the site of its language; all of its pages have been written.
        path: of the page.
        folder: where all pages were written to.

    Returns:
        Its file.
    """
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(site.remade(path).text.encode())
    return target


def _is_ours(path: Path) -> bool:
    """Whether a file says in its front matter that we made it."""
    with path.open("rb") as file:
        return MARK.encode() in file.read(400)
