/**
 * Loads oidc-provider without the line that it prints at import on any Node that is not yet a long-term one. Every other
 * line, and every other caller's, goes through.
 */
export async function loadProvider() {
  const { warn } = console
  console.warn = (...values: unknown[]) => {
    if (!String(values[0]).includes('oidc-provider WARNING: Unsupported runtime')) warn(...values)
  }
  try {
    const { Provider } = await import('oidc-provider')
    return Provider
  } finally {
    console.warn = warn
  }
}
