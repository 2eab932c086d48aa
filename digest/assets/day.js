// A day's page: how deep it is read, what of it is shown, what is new.  The page is whole without.

import { entriesOf } from "./day/entries.js"
import { startFilters } from "./day/filters.js"
import { startReading } from "./day/reading.js"
import { startTables } from "./day/tables.js"
import { startUnread } from "./day/unread.js"
import { anchorOf } from "./places.js"

export function start(tools) {
  const article = tools.closest("article") ?? tools.parentElement
  const day = entriesOf(article, tools)
  const reading = startReading(article, tools, day)
  const unread = startUnread(tools, day)
  const filters = startFilters(tools, day, unread)
  startTables(article, day)

  // An entry that a link leads to is shown, whatever hides it.
  function ask(hash) {
    const entry = day.byAnchor.get(anchorOf(hash))
    if (!entry) return null
    reading.ask(entry)
    filters.ask(entry)
    return entry
  }
  const leave = new AbortController()
  const options = { capture: true, signal: leave.signal }
  document.addEventListener("click", event => {
    if (!tools.isConnected) leave.abort()
    const link = event.target.closest?.("a[href]")
    if (link && link.hash && link.pathname === location.pathname && link.host === location.host) ask(link.hash)
  }, options)
  window.addEventListener("hashchange", () => {
    if (!tools.isConnected) leave.abort()
    else ask(location.hash)?.heading.scrollIntoView()
  }, options)

  tools.querySelector("fieldset").disabled = false
  const entry = ask(location.hash)
  if (entry) entry.heading.scrollIntoView()
}
