"""Text that tries to be more than text, and what a reader should see of it.

``CORPUS`` maps a name to a string; its parts say where such a string comes
from.  Whatever runs sets ``__pwned__`` on the window, so that one look tells.
"""

from __future__ import annotations

import unicodedata

SHA = "2be83be" + "0123456789abcdef" * 2 + "0"
JS = "window.__pwned__=1"

MARKUP = {
    # Inline, CommonMark and Python-Markdown
    "table-pipes": "feat: a | b || c |",
    "escaped-pipe": r"a \| b \\| c",
    "backticks": "use `x` and ``y`` and `odd",
    "backtick-edges": "``` `` `",
    "code-with-html": "`<script>window.__pwned__=1</script>`",
    "emphasis": "*a* **b** ***c*** _d_ __e__ ___f___",
    "underscores": "snake_case_name and __import__ and _x",
    "dunder": "__import__('os').system('true')",
    "backslashes": r"\* \_ \` \\ \[ \] \# \< \& \{ \}",
    "backslash-end": "ends in a backslash\\",
    "link": "[x](javascript:window.__pwned__=1)",
    "link-title": '[x](/a "onmouseover=alert(1)")',
    "link-angle": "[x](<javascript:window.__pwned__=1>)",
    "image": "![x](https://evil.example/x.png)",
    "image-onerror": '![x](x" onerror="window.__pwned__=1)',
    "reference-link": "[x][y] [y] [x][]",
    "reference-definition": "[y]: javascript:window.__pwned__=1",
    "closes-link": "a](javascript:window.__pwned__=1) [b",
    "brackets": "[Bugfix][Core] fix ]] [[ ]( )[",
    "autolink": "<https://evil.example/>",
    "autolink-js": "<javascript:window.__pwned__=1>",
    "automail": "<a@evil.example>",
    "entities": "&lt;script&gt; &#60; &nbsp; &AMP; &amp;lt; &copy &#x3C;b&#x3E;",
    "entity-tag": "&lt;img src=x onerror=window.__pwned__=1&gt;",
    "entity-open": "a & b &# &#x &#60 &am",
    "two-spaces-end": "line break  ",
    "footnote": "see [^1] and ^[inline]",
    "footnote-definition": "[^1]: window.__pwned__",
    "abbreviation": "*[HTML]: x",
    "wikilink": "[[x]] [[a b]]",
    "toc": "[TOC]",
    "smarty": "\"a\" 'b' -- c --- d ... e <<f>> don't",
    # attr_list, legacy and md_in_html
    "attr-list": "x {: onclick=window.__pwned__=1 }",
    "attr-list-id": "x { #stolen }",
    "attr-list-class": "x {.admonition #stolen style=display:none}",
    "attr-list-code": "`x`{.js onclick=window.__pwned__=1}",
    "attr-list-alone": "{: #stolen onclick=window.__pwned__=1 }",
    "attr-list-cell": "x { .stolen } | y",
    "attr-list-open": "x { #stolen",
    "legacy-attr": "x {@id=stolen}",
    "brace-end": "x }",
    "md-in-html": '<div markdown="1" onclick="window.__pwned__=1">*x*</div>',
    # pymdownx
    "snippet": '--8<-- "mkdocs.yml"',
    "snippet-inline": 'x --8<-- "mkdocs.yml"',
    "snippet-escaped": ';--8<-- "mkdocs.yml"',
    "snippet-url": '--8<-- "https://evil.example/x.md"',
    "snippet-section": "--8<-- [start:x]",
    "snippet-scissors": "---8<---",
    "math-dollar": "$x$ and $$y$$ and \\$",
    "math-paren": r"\(x\) and \[y\]",
    "math-begin": r"\begin{align}x\end{align}",
    "math-lone": "$$",
    "emoji-shortcode": ":smile: :+1: :material-account: :octicons-alert-16:",
    "keys": "++ctrl+alt+del++",
    "critic": "{++a++} {--b--} {~~c~>d~~} {==e==} {>>f<<}",
    "mark": "==x==",
    "caret": "^^x^^ and a^b^",
    "tilde": "~~x~~ and a~b~",
    "betterem": "***a_b_c*** __d**e**__",
    "inlinehilite": "`#!js window.__pwned__=1` `:::py x`",
    "inlinehilite-bare": "#!python",
    "task": "[ ] todo",
    "task-done": "- [x] done",
    "magiclink": "see https://evil.example/x?y=1&z#a and ftp://evil.example",
    "magiclink-www": "www.evil.example and WWW.evil.example/x",
    "magiclink-mail": "mail a.b+c@evil.example or mailto:a@evil.example",
    "magiclink-mention": "thanks @octocat and @facebook/react @gitlab:a",
    "magiclink-issue": "fix #12, GH-12, !13, ?14, a/b#12, b#12, twitter:a",
    "magiclink-sha": f"{SHA} and a/b@{SHA} and {SHA}...{SHA}",
    "magiclink-sha-alone": SHA,
    "magiclink-sha-long": "0" * 41 + " " + "a" * 64 + " " + "F" * 100,
    "smartsymbols": "(c) (r) (tm) +/- --> <-- <--> =/= c/o 1/2 3/4 C/O",
    "ordinals": "1st 2nd 3rd 4th 11th 21ST x1st 1stly",
    "tabbed": '=== "Tab"',
    "tabbed-old": '=== "a" | === "b"',
    "details": '??? note "x"',
    "details-open": '???+ danger "x"',
    "admonition": '!!! danger "x"',
    "blocks": "/// note | x",
    "blocks-html": "/// html | div[onclick='window.__pwned__=1']",
    "blocks-end": "///",
    "blocks-caption": "/// caption",
    "progressbar": '[=50% "x"]{: .x}',
    "definition": ": definition",
    "definition-tilde": "~ definition",
    "fancylist": "a) x (i) y #. z",
    "critic-open": "{>> {++ {--",
    "quotes-callout": "[!NOTE]",
    "bracketspan": "[x]{.stolen onclick=window.__pwned__=1}",
    # Template engines
    "jinja": "{{ config }} {{ 7*7 }}",
    "jinja-block": "{% raw %} {% include 'mkdocs.yml' %} {% endraw %}",
    "jinja-comment": "{# gone #} {#",
    "jinja-open": "{{ {% {#",
    "shortcode": '{{< figure src="x" >}} {{% x %}}',
    "erb": "<%= 1 %> <? 2 ?> ${3} #{4}",
    "front-matter": "title: stolen",
    "front-matter-rule": "---",
    "front-matter-end": "...",
    # Python-Markdown's own placeholders
    "klzzwxh": "klzzwxh:0000 \x02klzzwxh:0000\x03 \x02klzzwxh:0001\x03",
    "wzxhzdk": "wzxhzdk:0 \x02wzxhzdk:0\x03 \x02wzxhzdk:1\x03 \x02amp\x03 \x0233\x03",
    "stx": "\x02\x03\x02",
}

HTML = {
    "script": f"<script>{JS}</script>",
    "script-split": f"</script><script>{JS}</script>",
    "script-src": "<script src=https://evil.example/x.js></script>",
    "script-open": f"<script>{JS}",
    "img-onerror": f"<img src=x onerror={JS}>",
    "img-unclosed": f"<img src=x onerror={JS} ",
    "img-slashes": f"<img/src=x/onerror={JS}/>",
    "svg-onload": f"<svg onload={JS}><animate onbegin={JS} attributeName=x>",
    "math-html": "<math><mtext><style><img src=x>",
    "iframe": f"<iframe srcdoc='<script>parent.__pwned__=1</script>' src=javascript:{JS}>",
    "style": "<style>*{display:none}</style>",
    "link-css": "<link rel=stylesheet href=https://evil.example/x.css>",
    "meta-refresh": "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "base": "<base href=https://evil.example/>",
    "form": "<form action=https://evil.example><input name=x autofocus>",
    "object": "<object data=x></object><embed src=x>",
    "plaintext": "<plaintext>",
    "textarea": "<textarea><xmp><noscript><template>",
    "title-close": f"</title><script>{JS}</script>",
    "comment": "<!-- gone -->",
    "comment-open": "<!-- rest is gone",
    "comment-end": "--> --!> x",
    "cdata": "<![CDATA[ x ]]>",
    "php": "<?php echo 1; ?>",
    "doctype": "<!DOCTYPE html>",
    "close-pre": f"</pre><script>{JS}</script>",
    "close-code": "</code></p></div></article>",
    "close-cell": "</td></tr></table>",
    "close-details": "</summary></details>",
    "stolen-anchor": "<a id=2be83be></a><a name=2be83be>",
    "generics": "Vec<T>, Map<String, List<u8>> and a<b && b>c",
    "angle": "a < b > c <= d >= e <3 <- ->",
    "attribute-double": f'" onmouseover="{JS}" x="',
    "attribute-single": f"' onmouseover='{JS}' x='",
    "attribute-grave": f"` onmouseover=`{JS}`",
    "attribute-close": f"x\"><img src=x onerror={JS}><i title='",
    "custom-element": "<x-y onclick=1>z</x-y>",
    "null-in-tag": f"<scr\x00ipt>{JS}</scr\x00ipt>",
    "newline-in-tag": f"<img src=x\nonerror={JS}>",
    "markdown-in-tag": "<b>**x**</b>",
}

LINE_STARTS = {
    "heading": "# h",
    "heading-deep": "###### h ######",
    "heading-bare": "#h",
    "heading-close": "h ## { #stolen }",
    "quote": "> q",
    "quote-nested": ">> q",
    "list-dash": "- x",
    "list-star": "* x",
    "list-plus": "+ x",
    "list-number": "1. x",
    "list-paren": "1) x",
    "list-letter": "a. x",
    "list-bare": "-",
    "number-alone": "2026.",
    "indented-code": "    code",
    "tab-code": "\tcode",
    "table-row": "| a | b |",
    "table-rule": "|---|:-:|",
    "rule-stars": "***",
    "rule-dashes": "- - -",
    "rule-underscores": "___",
    "setext-equals": "===",
    "setext-dashes": "-----",
    "fence-tilde": "~~~",
    "fence-ticks": "```js",
    "fence-options": '``` {.py title="<b>" onclick=1}',
    "front-colon": ":::",
    "mermaid": "```mermaid",
}

CHARACTERS = {
    "bidi-override": "a \u202egnp.exe\u202c b",
    "bidi-isolate": "\u2066a\u2067b\u2068c\u2069 \u2066",
    "bidi-embed": "\u202aa\u202bb\u202dc",
    "bidi-marks": "a\u200eb\u200fc\u061cd",
    "rtl": "שלום עולם مرحبا بالعالم",
    "zero-width": "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg",
    "zero-width-edges": "\u200bx\ufeff",
    "combining-flood": "Z" + "\u0300\u0316\u0334\u0488" * 60,
    "combining-start": "\u0338x and \u0301y",
    "long": "x" * 1000,
    "long-punctuation": "<" * 300 + "`" * 300 + "[" * 300,
    "spaces-only": "     ",
    "space-only": " ",
    "spaces-inside": "a  b    c     d",
    "spaces-around": "  a  ",
    "wide-spaces": "\u3000a\u00a0b\u2003",
    "wide-space-only": "\u3000",
    "punctuation": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    "joints": "a-b a.b a/b 1-2 1.2 1/2 a--b a..b a//b .a -a /a a. a- a/ v1.2.3-rc.1",
    "controls": "".join(map(chr, range(0x20))) + "\x7f",
    "controls-high": "".join(map(chr, range(0x80, 0xA0))),
    "escape-sequence": "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07x",
    "line-separators": "a\u2028b\u2029c\x0bd\x0ce\x85f",
    "null": "a\x00b",
    "surrogates": "a\udc80b\ud83dc\udfff",
    "noncharacters": "a\ufffeb\uffffc",
    "replacement": "caf\ufffd",
    "emoji": "🎉 👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️ 🇩🇪",
    "cjk": "修复:在「中文」路径下的表格|错误",
    "fullwidth": "＜script＞ ｜ ＃ ＊ ＿ ｀",
    "private-use": "\ue000 \U000f0000",
    "comma": ",,, , ,",
}

SUBJECTS = MARKUP | HTML | LINE_STARTS | CHARACTERS

BODIES = {
    "fence-open": "text\n\n```\nnever closed\n",
    "fence-script": f"```html\n<script>{JS}</script>\n```\n",
    "tilde-fence": "~~~\n</pre>\n~~~",
    "headings": "# one\n\ntwo\n===\n\nthree\n---\n\n## four { #stolen }",
    "lists": "- a\n  - b\n\n1. c\n2. d\n\n* [ ] e",
    "table": "| a | b |\n|---|---|\n| <td> | </table> |",
    "html-block": f"<div>\n\n<script>\n{JS}\n</script>\n\n</div>\n</details>\n</pre>\n",
    "pre-close": f"a\n</pre>\n\n<img src=x onerror={JS}>\n\n# h",
    "comment-lines": "<!--\ngone\n\n-->\n<!-- open",
    "snippet-block": '--8<--\nmkdocs.yml\n"https://evil.example/x.md"\n--8<--',
    "snippet-block-escaped": ";--8<--\nmkdocs.yml\n;--8<--",
    "math-block": "$$\nx\n$$\n\n\\[\ny\n\\]",
    "tabs-and-details": '=== "a"\n\n    b\n\n??? note "c"\n\n    d\n\n!!! e\n\n    f',
    "blocks-lines": "/// note | a\nb\n///\n\n/// html | script\nwindow.__pwned__=1\n///",
    "definitions": "term\n:   definition\n\n*[HTML]: x\n\n[^1]: note\n\n[y]: javascript:1",
    "jinja-lines": "{% for x in y %}\n{{ x }}\n{% endfor %}\n{# \n #}",
    "meta-lines": "---\ntitle: stolen\n---\n",
    "quotes": "> a\n> > b\n>\n> c",
    "indented": "\tint x;\n\t\tif (a < b) {\n        return *p;\n",
    "carriage-returns": "a\r\nb\rc\r\n\r\nd",
    "blank-lines": "\n\n\na\n\n\n\nb\n\n",
    "first-newline": "\nx",
    "trailers": "Signed-off-by: A <a@evil.example>\nCloses: #12\nCc: @octocat",
    "hard-breaks": "a  \nb\\\nc",
    "separators": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "sha-lines": f"This reverts commit {SHA}.\n\n(cherry picked from commit {SHA})",
    "klzzwxh-lines": "\x02klzzwxh:0\x03\n\x02wzxhzdk:0\x03",
    "attr-list-line": "x\n{: onclick=window.__pwned__=1 }\n",
}

PATHS = {
    "path-up": "../../etc/passwd",
    "path-dot": "./a/./b",
    "path-absolute": "//evil.example/x",
    "path-pipe": "src/a|b.py",
    "path-space": "a b/ c .txt",
    "path-umlaut": "ä/ö ü.md",
    "path-cjk": "文档/说明.md",
    "path-bytes": "a/\udcff\udcfe.bin",
    "path-windows": "C:\\x\\y",
    "path-link": "[a](b)/c",
    "path-attr": "x{.js}",
    "path-newline": "a\nb\tc",
    "path-quotes": "a\"b'c`d",
    "path-query": "a?b#c&d=%41%zz",
    "path-tag": "<img src=x onerror=window.__pwned__=1>.py",
    "path-dunder": "pkg/__init__.py",
    "path-route": "app/(group)/[...slug]/@modal/page.tsx",
    "path-emphasis": "a_b*c~d",
    "path-dash": "--8<--",
    "path-javascript": "javascript:window.__pwned__=1",
    "path-percent": "%2e%2e/%2E%2E/x",
    "path-dots": "a../..b/.../.x",
    "path-minus": "-rf",
}

AUTHORS = {
    "author-bot": "dependabot[bot]",
    "author-html": f"<b onclick={JS}>x</b>",
    "author-mail": "a@evil.example",
    "author-quote": 'O\'Neil "Bob" `x`',
    "author-pipe": "a | b",
    "author-mention": "@octocat",
    "author-bidi": "\u202eedoc",
    "author-emoji": "🦄 Ünï çödé",
    "author-markdown": "**x** [y](z)",
    "author-dots": "J. R. R.",
    "author-cjk": "张三",
    "author-invisible": "\u200b",
}

CORPUS = SUBJECTS | BODIES | PATHS | AUTHORS
assert len(CORPUS) == sum(map(len, (SUBJECTS, BODIES, PATHS, AUTHORS))), "names are used once"

_BREAKS = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")
_BIDI_CLASSES = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_MARKS = frozenset("\u061c\u200e\u200f")


def _shown(char: str) -> str:
    code = ord(char)
    if char in _BREAKS:
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if unicodedata.category(char) in {"Cc", "Cs"} or code in {0xFFFE, 0xFFFF}:
        return "\ufffd"
    if unicodedata.bidirectional(char) in _BIDI_CLASSES or char in _MARKS:
        return f"[U+{code:04X}]"
    return char


def visible(text: str) -> str:
    """Return what a reader should see of text that is shown on one line."""
    return "".join(map(_shown, text))


def visible_block(text: str) -> str:
    """Return what a reader should see of text that is shown in lines."""
    text = text.replace("\r\n", "\n")
    for end in "\r\x85\u2028\u2029":
        text = text.replace(end, "\n")
    shown = "".join(char if char in "\n\t" else _shown(char) for char in text)
    # An empty first line has a space: HTML drops a line break right behind <pre>.
    return " " + shown if shown.startswith("\n") else shown
