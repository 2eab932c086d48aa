// The entries of the page: their elements, and what filters know of them.

const LEVELS = ["high", "medium", "low"]

// All between a heading and the next one of its level or above.
function below(heading, stops) {
  const found = []
  for (let next = heading.nextElementSibling; next && !next.matches(stops); next = next.nextElementSibling)
    found.push(next)
  return found
}

function data(tools) {
  const [repositories, kinds, authors, areas, rows] = JSON.parse(tools.querySelector("script").textContent)
  return {
    repositories, kinds, authors, areas,
    rows: rows.map(([anchor, repository, level, kind, author, inAreas, breaks, changes]) => ({
      anchor, repo: repositories[repository][0], level: LEVELS[level], rank: LEVELS.length - level,
      type: kinds[kind][0], author: authors[author], areas: inAreas.map(area => areas[area]),
      breaking: breaks, interface: changes,
    })),
  }
}

export function entriesOf(article, tools) {
  const known = data(tools)
  const rows = new Map()
  for (const link of article.querySelectorAll(".digest-commits tbody .digest-commits__subject > a"))
    rows.set(link.hash.slice(1), link.closest("tr"))
  const entries = []
  for (const facts of known.rows) {
    const heading = document.getElementById(facts.anchor)
    if (!heading) continue
    const parts = below(heading, "h1, h2, h3, h4, hr, .digest-pager")
    for (const part of parts) part.classList.add("digest-part")
    entries.push({
      ...facts, heading, parts, row: rows.get(facts.anchor),
      meta: parts.find(part => part.matches(".digest-meta")),
      brief: parts.find(part => part.matches(".digest-brief")),
      body: parts.filter(part => !part.matches(".digest-meta")),
      asked: false, unread: false,
      get text() {
        this.words ??= [heading, ...parts].map(part => part.textContent).join("\n").toLowerCase()
        return this.words
      },
    })
  }
  const levels = [...article.querySelectorAll("h3.digest-level")].map(heading => {
    const anchors = new Set(below(heading, "h1, h2, h3").filter(part => part.matches("h4")).map(part => part.id))
    return { heading, entries: entries.filter(entry => anchors.has(entry.anchor)) }
  })
  const sections = known.repositories.map(([anchor]) => ({
    nodes: below(document.getElementById(anchor), "h1, h2, hr, .digest-pager")
      .filter(node => !node.matches("h3, h4, .digest-part")),
    entries: entries.filter(entry => entry.repo === anchor),
  }))
  return { ...known, entries, levels, sections, byAnchor: new Map(entries.map(entry => [entry.anchor, entry])) }
}
