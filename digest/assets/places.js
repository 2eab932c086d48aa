// The anchor that an address names.  What a reader typed there may be anything.

export function anchorOf(hash) {
  const name = hash.slice(1)
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
