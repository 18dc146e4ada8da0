import type { FastifyInstance } from 'fastify'

/** Which methods a path takes, in the order of the alphabet; none where there is nothing at it. */
export type AllowedMethods = (url: string) => readonly string[]

/**
 * Remembers what is registered after it, to tell a wrong method from a wrong path.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6
 */
export function rememberMethods(app: FastifyInstance): AllowedMethods {
  const known = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    const path = known.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() }
    for (const one of [method].flat()) path.methods.add(one)
    known.set(url, path)
  })
  return (url) => {
    const path = url.split('?', 1)[0] ?? ''
    const methods = [...known.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap((found) => [...found.methods])
    return [...new Set(methods)].sort()
  }
}

/** Of a route: `:name` is one segment, `*` any rest. */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+'
    return part === '*' ? '.*' : part.replaceAll(/[^\w-]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('/')}$`)
}
