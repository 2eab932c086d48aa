// Filters the lists of a page as a reader types, and keeps the filter in the address.
// The lists are whole without it.

import { anchorOf } from "./places.js"

const LISTS = ".digest-filtered > ul > li"
const FIELDS = ["filter", "level", "repository"]

export function start(place) {
  const page = place.closest("article") ?? document
  const fields = FIELDS.map(name => place.querySelector(`[name="${name}"]`))
  const output = place.querySelector("output")
  let items = null

  // Read when it is first needed, so that a long page opens at once.
  const read = () =>
    [...page.querySelectorAll(LISTS)].map(element => ({
      element,
      text: element.textContent.toLowerCase(),
      level: /digest-badge--(high|medium|low)/.exec(element.querySelector(".digest-badge")?.className ?? "")?.[1],
      repository: element.querySelector(".digest-where")?.textContent.trim(),
    }))

  // What is folded opens while a filter finds something in it, and folds again after that.
  const folds = [...page.querySelectorAll("details.digest-others")]
  const opened = new Set()
  const unfold = active => {
    for (const fold of folds) {
      const wanted = active && items.some(item => !item.element.hidden && fold.contains(item.element))
      if (wanted && !fold.open) opened.add(fold)
      if (wanted) fold.open = true
      else if (opened.delete(fold)) fold.open = false
    }
  }

  const apply = () => {
    const [text, level, repository] = fields.map(field => field?.value ?? "")
    const words = text.toLowerCase().split(/\s+/).filter(Boolean)
    if (!items && !words.length && !level && !repository) return
    items ??= read()
    let shown = 0
    for (const item of items) {
      const matches =
        words.every(word => item.text.includes(word)) &&
        (!level || item.level === level) &&
        (!repository || item.repository === repository)
      if (item.element.hidden === matches) item.element.hidden = !matches
      shown += matches
    }
    const active = Boolean(words.length || level || repository)
    unfold(active)
    output.value = active ? output.dataset.said.replace("{shown}", shown).replace("{all}", items.length) : ""
  }

  const keep = () => {
    const url = new URL(location.href)
    FIELDS.forEach((name, index) => {
      const value = fields[index]?.value ?? ""
      if (value) url.searchParams.set(name, value)
      else url.searchParams.delete(name)
    })
    history.replaceState(history.state, "", url)
  }

  const clear = () => {
    for (const field of fields) if (field) field.value = ""
    apply()
    keep()
  }

  const restore = () => {
    const asked = new URL(location.href).searchParams
    FIELDS.forEach((name, index) => {
      // What was typed before this script came is kept.
      if (fields[index] && asked.has(name)) fields[index].value = asked.get(name)
    })
    apply()
  }

  // Typing is never held up: the lists follow in the next frame, the address when the hands rest.
  let frame = 0
  let rest = 0
  place.addEventListener("input", () => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(apply)
    clearTimeout(rest)
    rest = setTimeout(keep, 250)
  })
  place.addEventListener("keydown", event => {
    if (event.key !== "Escape" || !fields.some(field => field?.value)) return
    event.preventDefault()
    clear()
  })
  // A link to a row that is filtered away shows it.
  const leave = new AbortController()
  addEventListener("hashchange", () => {
    if (!place.isConnected) return leave.abort() // Another page is shown by now.
    const target = document.getElementById(anchorOf(location.hash))
    if (target?.closest("li")?.hidden) {
      clear()
      target.scrollIntoView()
    }
  }, { signal: leave.signal })
  restore()
}
