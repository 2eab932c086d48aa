// Tables of commits that are sorted by a column.

const FIRST = { time: "descending", level: "descending" }

export function startTables(article, day) {
  const collator = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true })
  const entryOf = new Map(day.entries.map(entry => [entry.row, entry]))
  const keys = {
    time: row => row.querySelector("time").dateTime,
    author: row => row.cells[1].textContent,
    level: row => String(entryOf.get(row)?.rank ?? 0),
    type: row => row.cells[3].textContent,
    subject: row => row.cells[4].textContent,
  }
  for (const table of article.querySelectorAll(".digest-commits table")) {
    const heads = [...table.tHead.rows[0].cells]
    const body = table.tBodies[0]
    const newest = [...body.rows]
    for (const head of heads) {
      const name = head.dataset.column
      const press = document.createElement("button")
      press.type = "button"
      press.append(...head.childNodes)
      head.append(press)
      press.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort")
        const after = before ? (before === "ascending" ? "descending" : "ascending") : (FIRST[name] ?? "ascending")
        for (const other of heads) other.removeAttribute("aria-sort")
        head.setAttribute("aria-sort", after)
        const sign = after === "ascending" ? 1 : -1
        const sorted = newest.map(row => [keys[name](row), row])
        sorted.sort((one, two) => sign * collator.compare(one[0], two[0]))
        body.append(...sorted.map(([, row]) => row))
      })
    }
  }
}
