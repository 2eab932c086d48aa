// Marks what was searched for where a result leads to.

import { anchorOf } from "../places.js"
import { parse } from "./query.js"

const MOST = 200

export function mark(text) {
  const query = parse(text)
  const heading = document.getElementById(anchorOf(location.hash))
  const parts = heading ? [heading, ...below(heading)] : document.querySelectorAll("article")
  let count = 0
  for (const part of parts) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT)
    const nodes = []
    while (walker.nextNode()) nodes.push(walker.currentNode)
    for (const node of nodes) {
      for (const [start, end] of query.places(node.data).reverse()) {
        if (++count > MOST) return
        const range = document.createRange()
        range.setStart(node, start)
        range.setEnd(node, end)
        range.surroundContents(document.createElement("mark"))
      }
    }
  }
}

// What stands below a heading, up to the next one.
function below(heading) {
  const found = []
  for (let next = heading.nextElementSibling; next && !/^H[1-6]$/.test(next.tagName);
    next = next.nextElementSibling) found.push(next)
  return found
}
