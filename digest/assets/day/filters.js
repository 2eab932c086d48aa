// Show some of the entries, in the table and below; what is chosen stands in the address.

const SETS = ["level"]
const FLAGS = ["breaking", "interface", "unread"]
const CHOICES = ["repo", "type", "area", "author"]

export function startFilters(tools, day, unread) {
  const search = tools.querySelector("[name=q]")
  const shown = tools.querySelector(".digest-shown")
  const clear = tools.querySelector("[data-do=clear]")
  const chips = [...tools.querySelectorAll(".digest-chip")]
  const selects = [...tools.querySelectorAll("select")]
  const nothing = document.createElement("p")
  nothing.className = "digest-nothing"
  nothing.hidden = true
  nothing.textContent = tools.dataset.nothing
  tools.after(nothing)

  const options = {
    repo: day.repositories, type: day.kinds,
    area: day.areas.map(name => [name, name]), author: day.authors.map(name => [name, name]),
  }
  for (const select of selects)
    for (const [value, name] of options[select.name]) select.add(new Option(name, value))
  for (const chip of chips) {
    const count = chip.querySelector(".digest-chip__count")
    if (!count || chip.dataset.name === "unread") continue
    const number = day.entries.filter(entry => entry[chip.dataset.name]).length
    count.textContent = number
    chip.disabled = number === 0
  }

  const pressed = chip => chip.getAttribute("aria-pressed") === "true"
  const press = (chip, on) => chip.setAttribute("aria-pressed", String(on))

  function chosen() {
    const state = { q: search.value.trim() }
    for (const name of SETS)
      state[name] = chips.filter(chip => chip.dataset.name === name && pressed(chip)).map(chip => chip.dataset.value)
    for (const chip of chips) if (FLAGS.includes(chip.dataset.name)) state[chip.dataset.name] = pressed(chip)
    for (const select of selects) state[select.name] = select.value
    return state
  }

  function matches(entry, state, words) {
    return (!state.level.length || state.level.includes(entry.level))
      && FLAGS.every(name => !state[name] || entry[name])
      && (!state.repo || entry.repo === state.repo)
      && (!state.type || entry.type === state.type)
      && (!state.author || entry.author === state.author)
      && (!state.area || entry.areas.includes(state.area))
      && words.every(word => entry.text.includes(word))
  }

  function apply() {
    const state = chosen()
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean)
    const active = Boolean(words.length || state.level.length
      || FLAGS.some(name => state[name]) || CHOICES.some(name => state[name]))
    let count = 0
    for (const entry of day.entries) {
      const match = !active || matches(entry, state, words)
      count += match
      entry.shown = match || entry.asked
      if (entry.row) entry.row.hidden = !match
      entry.heading.hidden = !entry.shown
      for (const part of entry.parts) part.hidden = !entry.shown
    }
    for (const level of day.levels) level.heading.hidden = !level.entries.some(entry => entry.shown)
    for (const section of day.sections) {
      const empty = active && !section.entries.some(entry => entry.shown)
      for (const node of section.nodes) node.hidden = empty
    }
    nothing.hidden = count > 0
    clear.classList.toggle("is-idle", !active)
    shown.textContent = tools.dataset.shown.replace("[shown]", count).replace("[all]", day.entries.length)
    return state
  }

  function changed() {
    for (const entry of day.entries) entry.asked = false
    write(apply())
  }

  // Others' parameters and the anchor stay as they are.
  function write(state) {
    const address = new URL(location.href)
    for (const name of ["q", ...SETS, ...FLAGS, ...CHOICES]) {
      const value = Array.isArray(state[name]) ? state[name].join(",") : state[name] === true ? "1" : state[name]
      if (value) address.searchParams.set(name, value)
      else address.searchParams.delete(name)
    }
    if (address.href !== location.href) history.replaceState(history.state, "", address)
  }

  function read() {
    const wanted = new URL(location.href).searchParams
    search.value = wanted.get("q") ?? ""
    for (const chip of chips) {
      const values = (wanted.get(chip.dataset.name) ?? "").split(",")
      press(chip, values.includes(chip.dataset.value) && !chip.disabled)
    }
    for (const select of selects) {
      const value = wanted.get(select.name) ?? ""
      select.value = [...select.options].some(option => option.value === value) ? value : ""
      if (select.value) select.closest("details").open = true
    }
  }

  tools.addEventListener("click", event => {
    const chip = event.target.closest(".digest-chip")
    if (chip) {
      press(chip, !pressed(chip))
      changed()
    } else if (event.target.closest("[data-do=clear]")) {
      search.value = ""
      for (const each of chips) press(each, false)
      for (const select of selects) select.value = ""
      search.focus() // Before the page changes: else it would be laid out twice.
      changed()
    }
  })
  search.addEventListener("input", changed)
  for (const select of selects) select.addEventListener("change", changed)

  unread.onchange = apply
  read()
  apply()
  return {
    ask(entry) {
      entry.asked = true
      if (!entry.shown) apply()
    },
  }
}
