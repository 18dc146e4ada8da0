const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/

/**
 * Whether a text (in lower case) is a host name: labels of letters, digits, hyphens and underscores, no empty one. A `*` may be the first
 * label where wildcards are allowed.
 */
export function isHostName(text: string, allowWildcard = false): boolean {
  if (text.length > 253) return false
  const labels = text.split('.')
  return labels.every(
    (label, index) =>
      (label.length <= 63 && LABEL.test(label)) || (allowWildcard && index === 0 && label === '*'),
  )
}

/** Whether a host is the domain or below it. */
export const isWithin = (host: string, domain: string): boolean =>
  host === domain || host.endsWith(`.${domain}`)
