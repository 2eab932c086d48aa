// The language switch leads to the same place of the page, with the same filters: what is
// behind "?" and "#" goes along.  Without it the switch leads to the beginning of the page.

export function start(place) {
  const along = event => {
    const link = event.target.closest("a[hreflang]")
    if (!link) return
    link.search = location.search
    link.hash = location.hash
  }
  // The address must be there before a new tab is opened with it.
  for (const type of ["pointerdown", "click"]) place.addEventListener(type, along)
}
