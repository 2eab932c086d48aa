// How deep the page is read, which entries are folded, and links to copy.

import { dayOf, recall, remember } from "../store.js"

const DEPTHS = ["table", "brief", "full"]
const PAGES = 60

function button(name, label) {
  const made = document.createElement("button")
  made.type = "button"
  made.dataset.do = name
  made.title = label
  made.setAttribute("aria-label", label)
  return made
}

export function startReading(article, tools, day) {
  const words = tools.dataset
  const page = dayOf(location.pathname)
  const depths = [...tools.querySelectorAll("[data-depth]")]

  function setDepth(depth) {
    for (const each of DEPTHS) article.classList.toggle(`is-depth-${each}`, each === depth)
    for (const each of depths) each.setAttribute("aria-pressed", String(each.dataset.depth === depth))
  }

  // Folded are those whose state differs from that of all.
  const folds = recall("folds", { all: false, pages: {} })
  const toggled = new Set(folds.pages?.[page])

  function keep() {
    const pages = { ...folds.pages, [page]: [...toggled] }
    if (!toggled.size) delete pages[page]
    for (const old of Object.keys(pages).slice(0, -PAGES)) delete pages[old]
    folds.pages = pages
    remember("folds", folds)
  }

  function show(entry, folded) {
    entry.folded = folded
    for (const part of entry.body) part.classList.toggle("is-folded", folded)
    const label = folded ? words.unfold : words.fold
    entry.folder.setAttribute("aria-expanded", String(!folded))
    entry.folder.setAttribute("aria-label", label)
    entry.folder.title = label
  }

  function showWhole(entry) {
    for (const part of [entry.heading, ...entry.parts]) part.classList.add("is-asked")
    entry.more?.remove()
  }

  async function copy(entry, place) {
    const address = new URL(location.href)
    address.search = ""
    address.hash = entry.anchor
    try {
      await navigator.clipboard.writeText(address.href)
    } catch {
      location.hash = entry.anchor // The address bar has it then.
      return
    }
    place.classList.add("is-done")
    place.setAttribute("aria-label", words.copied)
    place.title = words.copied
    setTimeout(() => {
      place.classList.remove("is-done")
      place.setAttribute("aria-label", words.copy)
      place.title = words.copy
    }, 2000)
  }

  for (const entry of day.entries) {
    const place = document.createElement("span")
    place.className = "digest-entry-tools"
    const link = button("link", words.copy)
    entry.folder = button("fold", words.fold)
    place.append(link, entry.folder)
    entry.meta.append(place)
    link.addEventListener("click", () => copy(entry, link))
    entry.folder.addEventListener("click", () => {
      toggled[toggled.has(entry.anchor) ? "delete" : "add"](entry.anchor)
      keep()
      show(entry, !entry.folded)
    })
    entry.more = document.createElement("button")
    entry.more.type = "button"
    entry.more.className = "digest-more-button"
    entry.more.textContent = words.more
    entry.more.addEventListener("click", () => {
      showWhole(entry)
      entry.folder.focus()
    })
    entry.brief.append(entry.more)
    if (folds.all !== toggled.has(entry.anchor)) show(entry, true)
    else entry.folder.setAttribute("aria-expanded", "true")
  }

  tools.addEventListener("click", event => {
    const pressed = event.target.closest("button")
    if (pressed?.dataset.depth) {
      for (const entry of day.entries)
        for (const part of [entry.heading, ...entry.parts]) part.classList.remove("is-asked")
      setDepth(pressed.dataset.depth)
      remember("depth", pressed.dataset.depth)
    } else if (["fold", "unfold"].includes(pressed?.dataset.do)) {
      folds.all = pressed.dataset.do === "fold"
      folds.pages = {}
      toggled.clear()
      remember("folds", folds)
      for (const entry of day.entries) show(entry, folds.all)
    }
  })

  const depth = recall("depth", "full")
  setDepth(DEPTHS.includes(depth) ? depth : "full")
  return {
    ask(entry) {
      showWhole(entry)
      if (entry.folded) show(entry, false)
    },
  }
}
