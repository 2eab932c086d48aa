// Text → grams, by the rules of digest/search/grams.py.

const IDEOGRAPHS = /[\u3005-\u9fff\uac00-\ud7a3\uf900-\ufaff\u{20000}-\u{3ffff}]+/gu
const NO_LETTERS = /[^!-~\u00c0-\u1fff]+/gu
const WORD_START = /(?<![a-z0-9])[a-z0-9]{1,2}$/
const LENGTH = 4
const PARTS = 4
const SHORT = "\x01"

// Behind a gram: the documents that have it in title or head.
export const HEAD = "\x02"

// What is to be looked up for a text: grams, and beginnings of grams where it is too short.
// Several of a long text are enough, for what is found is looked at before it is shown.
export function lookups(text, most = 5, mostOfIdeographs = null) {
  const found = []
  for (const [run] of text.matchAll(IDEOGRAPHS)) {
    const chars = Array.from(run)
    if (chars.length === 1) found.push([{ prefix: chars[0] }])
    else {
      const pairs = chars.slice(1).map((char, at) => ({ gram: chars[at] + char }))
      found.push(spread(pairs, 1, mostOfIdeographs ?? Math.min(most, chars.length > 6 ? 4 : 3)))
    }
  }
  const stream = streamOf(text)
  found.push(spread(windowsOf(text), LENGTH, most))
  // The last word has no window of its own where it is shorter than one.
  const last = stream.slice(stream.lastIndexOf(" ") + 1)
  if (last.length === LENGTH - 1) found.push([{ prefix: last }])
  else if (last.length && last.length < LENGTH - 1) {
    const start = WORD_START.exec(stream)
    if (start && start[0] === last) found.push([{ gram: SHORT + last }])
  }
  return unique(found.flat())
}

// So many further grams of a text, none of them among those that are known.
export function further(text, known, most) {
  const names = new Set(known.map(nameOf))
  const others = unique([...lookups(text, 40, 40), ...windowsOf(text)])
    .filter(lookup => lookup.gram && !names.has(nameOf(lookup)))
  return spread(others, 1, most)
}

// The lookups of a text that those of its parts do not have.
export function crossing(whole, parts) {
  const known = new Set(parts.map(nameOf))
  return lookups(whole, 40).filter(lookup => lookup.gram && !known.has(nameOf(lookup)))
}

function streamOf(text) {
  return text.replace(NO_LETTERS, " ").trimStart()
}

function windowsOf(text) {
  const stream = streamOf(text)
  const windows = []
  for (let at = 0; at + LENGTH <= stream.length; at++) {
    const gram = stream.slice(at, at + LENGTH)
    if (!gram.slice(0, 2).includes(" ")) windows.push({ gram, at })
  }
  return windows
}

// Where a lookup is: one family, or for a single ideograph all that begin with it.
export function familiesOf({ gram, prefix }) {
  if (prefix) {
    if (Array.from(prefix).length > 1) return [prefix]
    return Array.from({ length: PARTS }, (_, part) => prefix + part)
  }
  if (gram.startsWith(SHORT)) return [gram]
  const chars = Array.from(gram)
  if (chars.length === LENGTH) return [chars.slice(0, 3).join("")]
  return [chars[0] + (chars.length > 1 ? chars[1].codePointAt(0) % PARTS : 0)]
}

// FNV-1a over UTF-16, 32 bits.
export function numberOf(name) {
  let number = 0x811c9dc5
  for (let at = 0; at < name.length; at++)
    number = Math.imul(number ^ name.charCodeAt(at), 0x01000193) >>> 0
  return (number ^ (number >>> 15)) >>> 0
}

function nameOf({ gram, prefix }) {
  return gram || `${prefix}*`
}

function unique(items) {
  return [...new Map(items.map(item => [nameOf(item), item])).values()]
}

// Every so many of the items and the last one; fewer where there are many.
function spread(items, step, most) {
  const count = Math.min(most, Math.ceil((items.length - 1) / step) + 1)
  if (count < 2) return items.slice(0, 1)
  return Array.from({ length: count }, (_, n) =>
    items[Math.round((n * (items.length - 1)) / (count - 1))])
}
