// What a reader's browser remembers, and only it.  Where it may not, everything works for as
// long as the page is open.

const PREFIX = "change-digest."

export function recall(name, otherwise) {
  try {
    const text = localStorage.getItem(PREFIX + name)
    return text === null ? otherwise : JSON.parse(text)
  } catch {
    return otherwise
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value))
  } catch {
    // Private windows, full or forbidden storage.
  }
}
