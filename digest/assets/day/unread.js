// Which entries a reader has not had before their eyes yet.  It is kept in the browser alone.

import { dayOf, recall, remember } from "../store.js"

const PAGES = 60
const SECONDS = 1.5

export function startUnread(tools, day) {
  const chip = tools.querySelector("[data-name=unread]")
  const count = chip.querySelector(".digest-chip__count")
  const page = dayOf(location.pathname)
  const before = recall("read", null)
  const read = new Set(before?.[page])
  const self = { onchange() {} }

  function keep() {
    const pages = { ...recall("read", {}) }
    delete pages[page] // The page that was opened last is the last to be forgotten.
    pages[page] = [...read]
    for (const old of Object.keys(pages).slice(0, -PAGES)) delete pages[old]
    remember("read", pages)
  }

  // On the first visit of all, nothing has been missed.
  for (const entry of day.entries) entry.unread = before !== null && !read.has(entry.anchor)
  const unread = day.entries.filter(entry => entry.unread)
  // Where all is new, a mark at each would say nothing.
  if (unread.length < day.entries.length) unread.forEach(mark)
  tell()
  keep()

  function mark(entry) {
    entry.mark = document.createElement("span")
    entry.mark.className = "digest-new"
    entry.mark.textContent = tools.dataset.unread
    entry.heading.classList.add("is-unread")
    entry.heading.append(entry.mark)
    if (!entry.row) return
    entry.row.classList.add("is-unread")
    entry.told = document.createElement("span")
    entry.told.className = "digest-unseen"
    entry.told.textContent = ` (${tools.dataset.unread})`
    entry.row.querySelector(".digest-commits__subject").append(entry.told)
  }

  function tell() {
    const number = day.entries.filter(entry => entry.unread).length
    count.textContent = number
    chip.disabled = number === 0 && chip.getAttribute("aria-pressed") !== "true"
  }

  // Marks stay while the page is open; the next visit is without them.
  const waiting = new Map()
  const watch = new IntersectionObserver(seen => {
    for (const { target, isIntersecting } of seen) {
      clearTimeout(waiting.get(target))
      if (isIntersecting) waiting.set(target, setTimeout(() => {
        read.add(target.id)
        watch.unobserve(target)
        keep()
      }, SECONDS * 1000))
    }
  })
  for (const entry of day.entries) if (!read.has(entry.anchor)) watch.observe(entry.heading)

  tools.querySelector("[data-do=read]").addEventListener("click", () => {
    for (const entry of day.entries) {
      read.add(entry.anchor)
      entry.unread = false
      entry.mark?.remove()
      entry.told?.remove()
      entry.heading.classList.remove("is-unread")
      entry.row?.classList.remove("is-unread")
    }
    watch.disconnect()
    chip.setAttribute("aria-pressed", "false")
    tell()
    keep()
    self.onchange()
  })
  return self
}
