// The search box of the header.  Nothing of the index is fetched before somebody uses it.

const RESULTS = 10
const PAUSE = 90
const AROUND = 70
const PIECE = 220

export function start(box) {
  new Box(box)
}

class Box {
  constructor(box) {
    const part = name => box.querySelector(`[data-digest-search=${name}]`)
    this.box = box
    this.words = JSON.parse(part("words").textContent)
    this.base = new URL(box.dataset.digestBase, document.baseURI)
    this.toggle = document.getElementById("__search")
    this.input = part("query")
    this.status = part("status")
    this.list = part("list")
    this.more = part("more")
    this.share = part("share")
    this.filters = ["repository", "level", "order"].map(part)
    this.scroll = this.list.closest(".md-search__scrollwrap")
    this.turn = 0
    this.listen()
    this.arrive()
  }

  listen() {
    this.input.addEventListener("focus", () => {
      this.open(true)
      this.engine()
    })
    this.input.addEventListener("input", () => this.soon())
    this.input.form.addEventListener("submit", event => event.preventDefault())
    this.input.form.addEventListener("reset", () => setTimeout(() => {
      this.input.focus()
      this.run()
    }))
    for (const filter of this.filters) filter.addEventListener("change", () => this.run())
    this.more.addEventListener("click", () => this.show(this.turn))
    // On a phone the box opens full-screen by its label; a tap may bring up the keyboard.
    document.querySelector("header [for=__search]")
      ?.addEventListener("click", () => setTimeout(() => this.input.focus()))
    this.list.addEventListener("click", event => {
      if (event.target.closest("a")) this.open(false)
    })
    this.box.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !this.box.contains(relatedTarget) && relatedTarget !== this.toggle)
        this.open(false)
    })
    addEventListener("keydown", event => this.key(event))
  }

  // A link may bring a query along.
  arrive() {
    const here = new URL(location.href)
    const asked = here.searchParams.get("q")
    if (asked) {
      this.input.value = asked
      this.input.focus()
      this.run()
    }
    const marked = here.searchParams.get("h")
    if (marked) import("./search/highlight.js").then(part => part.mark(marked))
  }

  open(wanted) {
    if (this.toggle.checked !== wanted) this.toggle.click()
  }

  key(event) {
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return
    const { key } = event
    const active = document.activeElement
    if (!this.toggle.checked) {
      if (["/", "s", "f"].includes(key) && !types(active)) {
        event.preventDefault()
        this.input.focus()
        this.input.select()
      }
    } else if (key === "Escape") {
      this.open(false)
      active?.blur()
    } else if (key === "Enter" && active === this.input) {
      event.preventDefault()
      this.list.querySelector("a")?.click()
    } else if (["ArrowDown", "ArrowUp"].includes(key) && active?.tagName !== "SELECT") {
      event.preventDefault()
      this.step(key === "ArrowDown" ? 1 : -1)
    } else if (key.length === 1 && active?.closest?.(".md-search-result__link")) this.input.focus()
  }

  // To the next or the previous of query and results.
  step(by) {
    const stops = [this.input, ...this.list.querySelectorAll("a")]
    if (!this.more.hidden) stops.push(this.more)
    const at = Math.max(0, stops.indexOf(document.activeElement))
    stops[(at + by + stops.length) % stops.length].focus()
  }

  soon() {
    this.list.setAttribute("aria-busy", "true")
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.run(), PAUSE)
  }

  // The code and the list of segments, once; again where that failed.
  engine() {
    this.started ??= Promise.all([import("./search/engine.js"), import("./search/index.js")])
      .then(async ([engine, { Index }]) => {
        const index = await new Index(new URL("search/index.json", this.base)).open()
        this.offer(index.repositories)
        return text => engine.search(index, text)
      })
      .catch(error => {
        this.started = null
        throw error
      })
    this.started.catch(() => this.say(this.words.failed))
    return this.started
  }

  offer(repositories) {
    const [choice] = this.filters
    if (choice.options.length > 1) return
    for (const slug of repositories) choice.add(new Option(slug, slug))
    choice.closest("label").hidden = repositories.length < 2
  }

  async run() {
    clearTimeout(this.timer)
    const turn = ++this.turn
    this.list.setAttribute("aria-busy", "true")
    const text = this.input.value.trim()
    this.link(text)
    if (!text) {
      this.clear()
      this.say(this.words.initial)
      return
    }
    const [repository, level, order] = this.filters.map(filter => filter.value)
    try {
      const look = await this.engine()
      const found = await look({ text, repository, level, order })
      if (turn !== this.turn) return
      const first = await found.next(RESULTS)
      if (turn !== this.turn) return
      this.found = found
      this.clear()
      this.add(first)
    } catch (error) {
      if (turn !== this.turn) return
      this.clear()
      this.started = null
      this.say(this.words.failed)
    }
  }

  async show(turn) {
    this.more.disabled = true
    try {
      const next = await this.found.next(RESULTS)
      if (turn === this.turn) this.add(next, true)
    } catch {
      this.say(this.words.failed)
    } finally {
      this.more.disabled = false
    }
  }

  add(results, focus = false) {
    const items = results.map(result => this.item(result))
    this.list.append(...items)
    this.more.hidden = this.found.done
    if (focus) items[0]?.querySelector("a").focus()
    this.say(this.told())
  }

  told() {
    const { found, words } = this
    const number = new Intl.NumberFormat(document.documentElement.lang || undefined)
    if (found.short) return words.short
    if (!found.possible) return words.none
    const template = found.loose ? words.loose
      : !found.done ? words.about
      : found.possible === 1 ? words.one : words.other
    return template.replace("#", number.format(found.possible))
  }

  say(text) {
    this.list.setAttribute("aria-busy", "false")
    this.status.textContent = text
  }

  clear() {
    this.list.replaceChildren()
    this.more.hidden = true
    this.scroll.scrollTop = 0
  }

  link(text) {
    if (!this.share) return
    const address = new URL(location.href)
    address.search = address.hash = ""
    if (text) address.searchParams.set("q", text)
    this.share.dataset.clipboardText = address.href
  }

  item({ day, level, group, address, title, head, body }) {
    const target = new URL(address, this.base)
    const query = this.found.query
    if (this.box.dataset.digestHighlight)
      target.searchParams.set("h", this.found.query.terms.join(" "))
    const about = [day, group].filter(Boolean).map(text => element("span", {}, text))
    const badge = this.words.levels[level]
    if (badge) about.push(element("span", { class: `digest-search-level digest-search-${level}` }, badge))
    const article = element("article", { class: "md-search-result__article md-typeset" },
      element("h2", {}, ...marked(title, query)),
      element("p", { class: "digest-search-about" }, ...about),
      element("p", {}, ...teaser(head, body, query)))
    return element("li", { class: "md-search-result__item" },
      element("a", { class: "md-search-result__link", href: target.href }, article))
  }
}

function types(active) {
  return active && (active.isContentEditable
    || /^(TEXTAREA|SELECT)$/.test(active.tagName)
    || active.tagName === "INPUT" && !/^(checkbox|radio|button|submit|reset)$/.test(active.type))
}

// What is not our own is only ever text.
function element(name, attributes, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

function marked(text, query) {
  const parts = []
  let at = 0
  for (const [start, end] of query.places(text)) {
    parts.push(text.slice(at, start), element("mark", {}, text.slice(start, end)))
    at = end
  }
  return [...parts, text.slice(at)]
}

// A piece of the text with the first place that has what was asked for.
function teaser(head, body, query) {
  const inBody = query.places(body)
  const text = inBody.length || !query.places(head).length ? body : head
  const [first] = text === body ? inBody : query.places(head)
  let start = first ? Math.max(0, first[0] - AROUND) : 0
  let end = Math.min(text.length, Math.max(start + PIECE, first ? first[1] : 0))
  // No half of a pair of surrogates.
  if (start && /[\udc00-\udfff]/.test(text[start])) start--
  if (end < text.length && /[\udc00-\udfff]/.test(text[end])) end++
  const piece = marked(text.slice(start, end), query)
  return [start ? "…" : "", ...piece, end < text.length ? "…" : ""]
}
