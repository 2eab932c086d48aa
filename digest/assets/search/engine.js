// Query → results.  Postings tell which documents may have what is asked for; of the first of
// them the texts are fetched and looked at, so that nothing is shown that has it not.
//
// The newest days are looked through first.  What is frequent there is looked for in titles alone
// in older days, whose other documents could not come before what is found already; they follow
// when a reader asks for more.  What is rare in the newest days is what older ones are asked for.

import { crossing, further, lookups } from "./grams.js"
import { count } from "./index.js"
import { closeness, indexed, parse, scattered, tierOf } from "./query.js"

const LOOKUPS = 12
const PAGE = 3
const WAVE = 12
const PATIENCE = 72 // Texts until an answer, with whatever has been found.
const LEAST = 24 // Texts that are looked at for more of an answer, whatever it took so far.
const ENOUGH = 30 // Candidates that nothing older can come before.
const LONG = 16 // Characters, as paths have them: made of common words, they need more grams.
const SPARE = 6 // Grams of a query that may be asked for beside the first ones.
const FURTHER = 3 // Of these, so many at a time, where those before them tell too little.
const FEW = 20 // Candidates of older days that are few enough to look at their texts.
const LEAST_GRAMS = 2

// Look for a text.
// options: { text, repository, level, order: "relevance" | "newest" }
export async function search(index, options) {
  const query = parse(options.text)
  const found = await new Results(index, query, options).start()
  await found.seek()
  if (found.possible || !query.terms.length) return found
  const loose = scattered(query)
  if (!loose) return found
  const parts = await new Results(index, loose, { ...options, loose: true }).start()
  await parts.seek()
  return parts
}

class Results {
  constructor(index, query, { repository = "", level = "", order = "relevance", loose = false }) {
    Object.assign(this, { index, query, repository, level, order, loose })
    this.pending = []
    this.ready = []
    this.waiting = []
    this.parts = []
    this.shares = new Map()
    this.shown = this.looked = this.tried = this.hits = 0
    this.short = this.headed = false
  }

  async start() {
    const each = Math.max(1, Math.floor(LOOKUPS / this.query.terms.length))
    this.needed = this.query.terms.flatMap(term =>
      lookups(indexed(term), Math.min(each, term.length > LONG ? 6 : 4)))
    // Nothing to look up: too short, or only signs that are not indexed.
    this.short = !this.needed.length
    if (this.short) return this
    const spare = Math.max(1, Math.floor(SPARE / this.query.terms.length))
    this.spare = this.query.terms.flatMap(term => further(indexed(term), this.needed, spare))
    this.better = this.query.phrase === null ? []
      : crossing(this.query.phrase, this.needed).slice(0, 4)
    this.waiting = this.index.segments.map((segment, age) => ({ segment, age })).reverse()
    await this.load(this.index.first)
    this.headed = true
    const enough = this.pending.filter(item => this.safe(item)).length >= ENOUGH
    this.headed = enough && this.order !== "newest" // By age, nothing of old days is wanted yet.
    if (this.headed) await this.loadHeads()
    return this
  }

  // How many there may be, and how many there are when all have been looked at.
  get possible() {
    const known = this.shown + this.ready.length + this.pending.length
    const seen = sum(this.parts), older = sum(this.waiting)
    if (!older || !seen) return known
    const inOlder = this.pending.filter(item => this.waiting.includes(item.part)).length
    return known + Math.max(0, Math.round((known - inOlder) * older / seen) - inOlder)
  }

  get done() {
    return !this.ready.length && !this.pending.length && !this.waiting.length
  }

  // Look through further segments, of at least so many documents.
  async load(least) {
    const parts = []
    while (this.waiting.length && (!parts.length || sum(parts) < least))
      parts.push(this.waiting.shift())
    for (const part of parts) part.lookups = this.rarest(sum([...parts, ...this.waiting]))
    const lists = await Promise.all(parts.map(part => this.candidates(part)))
    // What a title gave away is known better now.
    this.pending = this.pending.filter(item => item.looked || !parts.includes(item.part))
    this.parts.push(...parts)
    this.tried = this.hits = 0
    this.add(lists.flat())
  }

  // What so many older documents are asked for: the grams that were the rarest in newer ones, as
  // many as may leave a few candidates; of the newest themselves, all.
  rarest(documents) {
    if (!this.shares.size) return this.needed
    const known = this.byShare([...this.shares.keys()])
    let expected = documents
    let most = 0
    while (most < known.length && (most < LEAST_GRAMS || expected > FEW))
      expected *= this.shares.get(known[most++])
    return known.slice(0, most)
  }

  // Grams, those that are known to be rare first.
  byShare(grams) {
    return [...grams].sort((a, b) => (this.shares.get(a) ?? 1) - (this.shares.get(b) ?? 1))
  }

  learn(grams, lists, size) {
    if (!size) return // Days without commits tell nothing.
    grams.forEach((gram, at) => {
      const postings = lists[at].all.reduce((bytes, list) => bytes + list.length, 0)
      this.shares.set(gram, Math.max(this.shares.get(gram) ?? 0, Math.min(1, postings / size)))
    })
  }

  // Of what waits, look through titles and heads; through all of it where these have no files.
  async loadHeads() {
    const small = this.waiting.filter(({ segment }) => !segment.heads)
    for (const part of small) part.lookups = this.needed
    const lists = await Promise.all(
      this.waiting.map(part => this.candidates(part, !small.includes(part))))
    this.waiting = this.waiting.filter(part => !small.includes(part))
    this.parts.push(...small)
    this.add(lists.flat())
  }

  add(items) {
    this.pending = [...this.pending, ...items].sort((a, b) => this.compare(a, b))
  }

  async candidates(part, headsAlone = false) {
    const { segment, age } = part
    const grams = headsAlone ? this.needed : part.lookups
    const [documents, must, may] = await Promise.all([
      segment.documents(),
      segment.postings(grams, headsAlone),
      segment.postings(this.better, headsAlone),
    ])
    if (!headsAlone && !this.parts.length) this.learn(grams, must, segment.size)
    const all = new Uint8Array(segment.size)
    const head = new Uint8Array(segment.size)
    must.forEach((list, before) => {
      count(all, headsAlone ? list.head : list.all, before)
      count(head, list.head, before)
    })
    const phrase = all.slice()
    const phraseInHead = head.slice()
    may.forEach((list, before) => {
      count(phrase, list.all, must.length + before)
      count(phraseInHead, list.head, must.length + before)
    })
    const whole = this.query.phrase === null ? Infinity : must.length + may.length
    part.used ??= new Set()
    const found = []
    for (let number = 0; number < segment.size; number++) {
      if (all[number] < must.length || part.used.has(number)) continue
      if (!this.wanted(documents, number)) continue
      let tier = head[number] >= must.length ? 2 : 3
      if (phrase[number] >= whole) tier = 1
      if (phraseInHead[number] >= whole) tier = 0
      const level = documents.level(number), group = documents.group(number)
      found.push({ part, segment, age, number, level, group, tier, looked: null })
    }
    return found
  }

  wanted(documents, number) {
    if (this.repository && documents.group(number) !== this.repository) return false
    const level = documents.level(number)
    if (this.repository && level === PAGE) return false
    return this.level === "" || level === Number(this.level)
  }

  // Parts of hand-written pages have no day: they stand before what is as good, behind what is newer.
  compare(a, b) {
    const pages = (b.level === PAGE) - (a.level === PAGE)
    const newest = b.age - a.age || b.number - a.number
    if (this.order === "newest") return -pages || newest
    return a.tier - b.tier || pages || a.level - b.level || newest
  }

  // Whether nothing that has not been looked through can come before a candidate.
  safe(item) {
    if (!this.waiting.length) return true
    const level = this.level === "" ? 0 : Number(this.level)
    const unseen = (this.headed ? 1 : 0) + (this.query.phrase === null ? 2 : 0)
    const best = { tier: unseen, level, age: this.waiting[0].age, number: Infinity }
    return this.compare(item, best) <= 0
  }

  // Look until so many are found, or for as long as a reader may wait.
  async seek(most = 1) {
    const until = Math.max(PATIENCE, this.looked + LEAST)
    while (this.ready.length < most && this.looked < until && (this.pending.length || this.waiting.length))
      await this.look()
  }

  // The next results, best first.
  async next(most) {
    await this.seek(most)
    const found = this.ready.splice(0, most)
    this.shown += found.length
    return found.map(item => this.result(item))
  }

  // Look at the texts of a few; those that are as good as they seemed are ready.
  async look() {
    while (this.waiting.length && !(this.pending.length && this.safe(this.pending[0])))
      await this.load(3 * sum(this.parts))
    if (this.tried >= WAVE && this.hits < this.tried / 2) await this.refine()
    const wave = []
    while (wave.length < WAVE && this.pending.length && this.safe(this.pending[0]))
      wave.push(this.pending.shift())
    const unknown = wave.filter(item => !item.looked)
    await Promise.all(unknown.map(async item => {
      item.looked = await item.segment.text(item.number)
      item.part.used.add(item.number)
    }))
    this.looked += unknown.length
    this.tried += unknown.length
    const good = []
    for (const item of wave) {
      const tier = tierOf(this.query, item.looked.record)
      if (tier === null) continue
      const seemed = item.tier
      item.tier = tier
      item.closeness = closeness(this.query, item.looked.record)
      if (this.order === "relevance" && tier > seemed) this.insert(item)
      else good.push(item)
    }
    if (this.order === "relevance")
      good.sort((a, b) => a.tier - b.tier || a.closeness - b.closeness || this.compare(a, b))
    this.hits += good.length
    this.ready.push(...good)
  }

  // Where many have all grams and not the text, further grams tell before the texts do.
  async refine() {
    this.tried = this.hits = 0
    if (this.pending.length < 2 * WAVE) return
    const parts = this.parts.filter(part => this.pending.some(item => item.part === part))
    const counts = new Map(await Promise.all(parts.map(async part => {
      const others = [...this.needed, ...this.spare].filter(gram => !part.lookups.includes(gram))
      const grams = this.byShare(others).slice(0, FURTHER)
      part.lookups = [...part.lookups, ...grams]
      const counted = new Uint8Array(part.segment.size)
      const lists = await part.segment.postings(grams)
      if (grams.some(gram => !this.shares.has(gram))) this.learn(grams, lists, part.segment.size)
      lists.forEach((list, before) => count(counted, list.all, before))
      return [part, number => counted[number] >= grams.length]
    })))
    this.pending = this.pending.filter(({ part, number, looked }) =>
      looked || !counts.has(part) || counts.get(part)(number))
  }

  insert(item) {
    const at = this.pending.findIndex(other => this.compare(item, other) < 0)
    this.pending.splice(at < 0 ? this.pending.length : at, 0, item)
  }

  result({ level, group, looked: { day, record } }) {
    const [place, title, head, body] = record
    const address = level === PAGE ? place : `${dayPath(this.index.day, day)}#${place}`
    return { day, level, group, address, title, head, body }
  }
}

function sum(parts) {
  return parts.reduce((size, { segment }) => size + segment.size, 0)
}

function dayPath(pattern, day) {
  const [year, month, date] = day.split("-")
  return pattern.replace("YYYY", year).replace("MM", month).replace("DD", date)
}
