// Query → results.  Postings tell which documents may have what is asked for; of the first of
// them the texts are fetched and looked at, so that nothing is shown that has it not.

import { crossing, lookups } from "./grams.js"
import { count } from "./index.js"
import { closeness, indexed, parse, scattered, tierOf } from "./query.js"

const LOOKUPS = 12
const PAGE = 3
const WAVE = 12
const PATIENCE = 72

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
    this.shown = 0
    this.short = false
  }

  async start() {
    const each = Math.max(1, Math.floor(LOOKUPS / this.query.terms.length))
    const needed = this.query.terms.flatMap(term => lookups(indexed(term), Math.min(each, 6)))
    // Nothing to look up: too short, or only signs that are not indexed.
    this.short = !needed.length
    if (this.short) return this
    const better = this.query.phrase === null ? [] : crossing(this.query.phrase, needed).slice(0, 4)
    const lists = await Promise.all(
      this.index.segments.map((segment, age) => this.candidates(segment, age, needed, better)))
    this.pending = lists.flat().sort((a, b) => this.compare(a, b))
    return this
  }

  // How many there may be, and how many there are when all have been looked at.
  get possible() {
    return this.shown + this.ready.length + this.pending.length
  }

  get done() {
    return !this.ready.length && !this.pending.length
  }

  async candidates(segment, age, needed, better) {
    const [documents, must, may] = await Promise.all(
      [segment.documents(), segment.postings(needed), segment.postings(better)])
    const all = new Uint8Array(segment.size)
    const head = new Uint8Array(segment.size)
    must.forEach((list, before) => {
      count(all, list.all, before)
      count(head, list.head, before)
    })
    const phrase = all.slice()
    const phraseInHead = head.slice()
    may.forEach((list, before) => {
      count(phrase, list.all, must.length + before)
      count(phraseInHead, list.head, must.length + before)
    })
    const whole = this.query.phrase === null ? Infinity : must.length + may.length
    const found = []
    for (let number = 0; number < segment.size; number++) {
      if (all[number] < must.length || !this.wanted(documents, number)) continue
      let tier = head[number] >= must.length ? 2 : 3
      if (phrase[number] >= whole) tier = 1
      if (phraseInHead[number] >= whole) tier = 0
      const level = documents.level(number), group = documents.group(number)
      found.push({ segment, age, number, level, group, tier, looked: null })
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

  // Look until so many are found, or for as long as a reader may wait.
  async seek(most = 1) {
    for (let looked = 0; this.ready.length < most && this.pending.length && looked < PATIENCE;)
      looked += await this.look()
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
    const wave = this.pending.splice(0, WAVE)
    const unknown = wave.filter(item => !item.looked)
    await Promise.all(unknown.map(async item => {
      item.looked = await item.segment.text(item.number)
    }))
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
    this.ready.push(...good)
    return unknown.length
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

function dayPath(pattern, day) {
  const [year, month, date] = day.split("-")
  return pattern.replace("YYYY", year).replace("MM", month).replace("DD", date)
}
