// What a reader asks for, taken apart; and whether a text has it.

const MOST_TERMS = 12
const LONGEST = 200
const QUOTED = /"([^"]*)"?|“([^”]*)”?|「([^」]*)」?|([^\s"“「]+)/gu
const IDEOGRAPH = "\\u3005-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\u{20000}-\\u{3ffff}"
const ENDS_SO = new RegExp(`[${IDEOGRAPH}]$`, "u")
const BEGINS_SO = new RegExp(`^[${IDEOGRAPH}]`, "u")
const PART = new RegExp(
  `[${IDEOGRAPH}]{2}|\\p{Lu}?[\\p{Ll}]+|\\p{Lu}+(?!\\p{Ll})|\\d+`, "gu")
const SHA = /^[0-9a-f]{7,64}$/
const SHORT_SHA = 7
const INSIDE = /^[a-z0-9_]{2}$/

// { terms, phrase }: each term in lower case; the phrase is what would be the best to find.
export function parse(text) {
  const tidy = text.slice(0, LONGEST).replace(/\s+/gu, " ").trim()
  const terms = []
  for (const match of tidy.matchAll(QUOTED)) {
    const term = match.slice(1).find(group => group !== undefined).trim()
    if (term && terms.length < MOST_TERMS) terms.push(term)
  }
  return made(terms)
}

// The same taken apart further: parts of names, pairs of ideographs; null where that is no more.
export function scattered(query) {
  const parts = query.written.flatMap(term => term.match(PART) || []).filter(part => part.length > 1)
  const terms = [...new Set(parts)].slice(0, MOST_TERMS)
  return terms.length > query.terms.length ? { ...made(terms), phrase: null } : null
}

function made(written) {
  const terms = written.map(term => term.toLowerCase())
  let phrase = null
  if (terms.length > 1)
    phrase = terms.reduce((left, right) =>
      left + (ENDS_SO.test(left) && BEGINS_SO.test(right) ? "" : " ") + right)
  else if (terms.length && /^\d+$/.test(terms[0])) phrase = `#${terms[0]}`
  const wanted = [...terms, ...(phrase ? [phrase] : [])]
  return { written, terms, phrase, places: text => places(text, wanted) }
}

// What of a term occurs in the text of a commit that it names.
export function indexed(term) {
  return SHA.test(term) ? term.slice(0, SHORT_SHA) : term
}

// How well a record has what is asked for: the lower the better, null where it has not.
// 0 the phrase in title or head, 1 the phrase, 2 each term in title or head, 3 each term.
export function tierOf(query, record) {
  const [, title, head, body, sha] = record
  const front = [lower(title), lower(head)]
  const all = [...front, lower(body)]
  const named = term => SHA.test(term) && sha.startsWith(term)
  if (!query.terms.every(term => named(term) || all.some(text => text.includes(term)))) return null
  if (query.phrase !== null) {
    if (front.some(text => has(text, query.phrase))) return 0
    if (has(all[2], query.phrase)) return 1
  }
  return query.terms.every(term => named(term) || front.some(text => text.includes(term))) ? 2 : 3
}

// Of records that are as good: 0 where the title has the words as words, 1 as parts, 2 not at all.
export function closeness(query, [, title]) {
  const text = lower(title)
  if (!query.terms.every(term => text.includes(term))) return 2
  return query.terms.every(term => isWord(text, term)) ? 0 : 1
}

function isWord(text, term) {
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1))
    if (!INSIDE.test(text.charAt(at - 1) + term[0]) &&
      !INSIDE.test(term[term.length - 1] + text.charAt(at + term.length))) return true
  return false
}

// A number is not found in a longer one.
function has(text, phrase) {
  if (!phrase.startsWith("#")) return text.includes(phrase)
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1))
    if (!/\d/.test(text.charAt(at + phrase.length))) return true
  return false
}

// In lower case, each character where it was.
export function lower(text) {
  const whole = text.toLowerCase()
  if (whole.length === text.length) return whole
  return Array.from(text, char => {
    const one = char.toLowerCase()
    return one.length === char.length ? one : char
  }).join("")
}

// Where the terms are: [start, end] in order, none within another.
export function places(text, wanted) {
  const there = lower(text)
  const found = []
  for (const term of wanted)
    for (let at = there.indexOf(term); at >= 0; at = there.indexOf(term, at + term.length))
      found.push([at, at + term.length])
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1])
  const merged = []
  for (const [start, end] of found) {
    const last = merged[merged.length - 1]
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else merged.push([start, end])
  }
  return merged
}
