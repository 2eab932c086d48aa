// The calendar of the archive: one stop for the Tab key, arrow keys from day to day.
// Without this, each day is a link like any other.

const DAY = 86_400_000
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }

export function start(place) {
  const links = [...place.querySelectorAll("a.digest-day")]
  if (!links.length) return
  const days = links.map(link => Date.parse(link.getAttribute("aria-label").slice(0, 10)) / DAY)
  for (const link of links) {
    link.tabIndex = -1
    link.title = link.getAttribute("aria-label")
  }
  let current = links.length - 1
  links[current].tabIndex = 0

  const go = index => {
    links[current].tabIndex = -1
    current = Math.max(0, Math.min(links.length - 1, index))
    links[current].tabIndex = 0
    links[current].focus()
  }
  // The nearest day with a page, in the direction of the key.
  const from = (day, forwards) =>
    forwards ? days.findIndex(other => other >= day) : days.findLastIndex(other => other <= day)
  const month = by => {
    const date = new Date(days[current] * DAY)
    const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + by + 1, 0))
    return last.setUTCDate(Math.min(date.getUTCDate(), last.getUTCDate())) / DAY
  }

  place.addEventListener("focusin", event => {
    const index = links.indexOf(event.target)
    if (index < 0 || index === current) return
    links[current].tabIndex = -1
    current = index
    links[current].tabIndex = 0
  })
  place.addEventListener("keydown", event => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    if (!links.includes(event.target)) return
    let index
    if (event.key in STEPS) {
      const step = STEPS[event.key]
      index = from(days[current] + step, step > 0)
    } else if (event.key === "PageUp") index = from(month(-1), false)
    else if (event.key === "PageDown") index = from(month(1), true)
    else if (event.key === "Home") index = 0
    else if (event.key === "End") index = links.length - 1
    else return
    event.preventDefault()
    go(index < 0 ? (event.key === "PageUp" ? 0 : event.key === "PageDown" ? links.length - 1 : current) : index)
  })
}
