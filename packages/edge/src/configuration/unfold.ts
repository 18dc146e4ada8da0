/**
 * Writes the short forms out: an endpoint that is a path alone, a registry that is a URL alone.
 *
 * The schema then knows one form of each. A message about such a value is still reported where the value stands.
 */
export function unfoldShortForms(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { registry, domains, ...rest } = value
  return {
    ...rest,
    ...(registry === undefined
      ? {}
      : { registry: typeof registry === 'string' ? { url: registry } : registry }),
    ...(domains === undefined
      ? {}
      : { domains: Array.isArray(domains) ? domains.map(unfoldEndpoints) : domains }),
  }
}

function unfoldEndpoints(domain: unknown): unknown {
  if (!isRecord(domain)) return domain
  const { endpoints } = domain
  if (!Array.isArray(endpoints)) return domain
  return {
    ...domain,
    endpoints: endpoints.map((item) => (typeof item === 'string' ? { path: item } : item)),
  }
}

/** Whether the value is a map of the file. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
