// What a reader's browser remembers, and only it.  Where it may not, everything works for as
// long as the page is open.

// Sites of one host share its storage; where this site's files lie tells them apart.
const PREFIX = `change-digest:${new URL(".", import.meta.url).pathname}:`

// The day of the page, the same in every language.
export const dayOf = path => /\d{4}\/\d{2}\/\d{2}/.exec(path)?.[0] ?? path

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
