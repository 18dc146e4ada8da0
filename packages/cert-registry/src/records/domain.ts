/**
 * The one spelling under which a domain's entries are kept: lower case, without a trailing dot.
 *
 * Does not check that it is a host name; the configuration has done so.
 */
export function normalizeDomain(name: string): string {
  const lower = name.toLowerCase()
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}
