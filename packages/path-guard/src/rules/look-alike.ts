/**
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-6.2 on the normalisations that readers apply,
 * each some of them
 */

/**
 * How often an escape may be escaped again (`%252f`); readers that decode more than twice are not
 * known.
 */
const MAX_DECODINGS = 3
const ESCAPE = /%([0-9A-Fa-f]{2})/g
const UNPLAIN = /[^a-z0-9/._~-]|\/[./]|\.(?:\/|$)|\/$/

/**
 * Whether a path that is not in the table could be one of it to some reader: escapes decoded, case,
 * parameters, backslashes, empty and dot segments, trailing slashes and dots taken away. Such a
 * path is refused even where other paths pass; nothing is ever allowed by this.
 *
 * @param foldedPaths every path of the table, through {@link foldPath}
 */
export function isLookAlike(path: string, foldedPaths: ReadonlySet<string>): boolean {
  if (foldedPaths.has(path)) return true
  if (!UNPLAIN.test(path)) return false
  const decoded = decode(path)
  const untilSemicolon = decoded.split(';', 1)[0] ?? ''
  return foldedPaths.has(foldDecoded(decoded)) || foldedPaths.has(foldDecoded(untilSemicolon))
}

/** Gives the one spelling that all look-alikes of a path share. */
export function foldPath(path: string): string {
  return foldDecoded(decode(path))
}

function foldDecoded(path: string): string {
  const segments: string[] = []
  for (const raw of cut(path).toLowerCase().split(/[/\\]/)) {
    const segment = raw.replace(/;.*$/s, '').trim()
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment.replace(/\.+$/, ''))
  }
  return `/${segments.join('/')}`
}

function decode(path: string): string {
  let decoded = path
  for (let round = 0; round < MAX_DECODINGS && decoded.includes('%'); round++) {
    decoded = decoded.replace(ESCAPE, (_escape, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  }
  return decoded
}

// A decoded ?, # or NUL ends the path for whoever decodes before splitting.
function cut(path: string): string {
  const end = path.search(/[?#\0]/)
  return end === -1 ? path : path.slice(0, end)
}
