// The files of the index (digest/search/segments.py says what is in them), fetched as needed.

import { HEAD, familiesOf, numberOf } from "./grams.js"

const LEVELS = 4

export class Index {
  // address: of index.json
  constructor(address) {
    this.address = address
    this.kept = new Map()
    this.bytes = 0
  }

  async open() {
    const answer = await fetch(this.address, { cache: "no-cache" })
    if (!answer.ok) throw new Error(`${answer.status} for ${this.address}`)
    const { day, repositories, first, segments } = await answer.json()
    this.day = day
    this.repositories = repositories
    this.first = first ?? Infinity // In an index that an older program made.
    this.segments = segments.map(part => new Segment(this, ...part))
    return this
  }

  // A file once, decompressed here, whatever the server does.
  data(path, read) {
    if (!this.kept.has(path)) {
      const got = this.get(path).then(read)
      got.catch(() => this.kept.delete(path))
      this.kept.set(path, got)
    }
    return this.kept.get(path)
  }

  async get(path) {
    const answer = await fetch(new URL(path, this.address))
    if (!answer.ok) throw new Error(`${answer.status} for ${path}`)
    const packed = await answer.blob()
    this.bytes += packed.size
    return new Response(packed.stream().pipeThrough(new DecompressionStream("deflate")))
  }
}

class Segment {
  constructor(index, key, size, buckets, heads) {
    Object.assign(this, { index, key, size, buckets, heads })
  }

  // Its days, and for each document its repository, its level and where its text is.
  documents() {
    return this.index.data(`s/${this.key}/docs.bin`, async answer => {
      const { lots, groups, meta } = await answer.json()
      return {
        groups,
        group: number => groups[Math.floor(meta[number] / LEVELS)],
        level: number => meta[number] % LEVELS,
        lots: starts(lots),
      }
    })
  }

  // The postings for some lookups: of all documents, and of those with it in title or head;
  // or of the latter alone, where they have files of their own.
  async postings(lookups, headsAlone = false) {
    const [start, count] = headsAlone ? ["h", this.heads] : ["", this.buckets]
    return Promise.all(lookups.map(async lookup => {
      const numbers = new Set(familiesOf(lookup).map(name => numberOf(name) % count))
      const buckets = await Promise.all([...numbers].map(number =>
        this.index.data(`s/${this.key}/${start}${number}.bin`,
          async answer => entries(new Uint8Array(await answer.arrayBuffer())))))
      return lookup.gram
        ? { all: of(buckets[0], lookup.gram), head: of(buckets[0], lookup.gram + HEAD) }
        : beginning(buckets, lookup.prefix)
    }))
  }

  // What is to be shown of a document: its day, and its record.
  async text(number) {
    const { lots } = await this.documents()
    const { name, key, first, counts } = lots.findLast(lot => lot.first <= number)
    let file = 0
    let start = first
    while (start + counts[file] <= number) start += counts[file++]
    const records = await this.index.data(`t/${key}/${file}.bin`, answer => answer.json())
    return { day: name, record: records[number - start] }
  }
}

function starts(lots) {
  let first = 0
  return lots.map(([name, key, counts]) => {
    const lot = { name, key, counts, first }
    first += counts.reduce((sum, count) => sum + count, 0)
    return lot
  })
}

function of(bucket, gram) {
  const found = bucket.get(gram)
  return found ? [found] : []
}

function beginning(buckets, prefix) {
  const all = [], head = []
  for (const bucket of buckets)
    for (const [gram, data] of bucket)
      if (gram.startsWith(prefix)) (gram.endsWith(HEAD) ? head : all).push(data)
  return { all, head }
}

function entries(data) {
  const found = new Map()
  const decoder = new TextDecoder()
  let at = 0
  const number = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = data[at++]
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  while (at < data.length) {
    const length = number()
    const gram = decoder.decode(data.subarray(at, at += length))
    const size = number()
    found.set(gram, data.subarray(at, at += size))
  }
  return found
}

// Count up the documents of some lists that have been counted so often before.
export function count(counts, lists, before) {
  for (const list of lists) {
    let document = -1
    for (let at = 0; at < list.length;) {
      let gap = 0
      for (let shift = 0; ; shift += 7) {
        const byte = list[at++]
        gap += (byte & 0x7f) * 2 ** shift
        if (byte < 0x80) break
      }
      document += gap + 1
      if (counts[document] === before) counts[document]++
    }
  }
}
