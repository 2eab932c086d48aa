// Loads what a page asks for: an element with data-digest-script="day" gets ./day.js, whose
// start(element) is called once for it.  Works with and without the theme's instant navigation,
// which replaces the page's content and tells of it through document$.

const NAME = /^[a-z]{1,20}$/
const started = new WeakSet()

function start() {
  for (const place of document.querySelectorAll("[data-digest-script]")) {
    const name = place.dataset.digestScript
    if (started.has(place) || !NAME.test(name)) continue
    started.add(place)
    import(`./${name}.js`).then(script => script.start(place))
  }
}

if (window.document$) window.document$.subscribe(start)
else start()
