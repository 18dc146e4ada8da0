import type { FastifyInstance } from 'fastify'
import { UnsafeSettingError } from './errors.js'

type RouterSetting =
  | 'caseSensitive'
  | 'ignoreTrailingSlash'
  | 'ignoreDuplicateSlashes'
  | 'useSemicolonDelimiter'

/**
 * Router settings by which one route answers several spellings, each with the value that keeps
 * paths exact.
 */
const EXACT_SETTINGS: readonly (readonly [name: RouterSetting, exact: boolean])[] = [
  ['caseSensitive', true],
  ['ignoreTrailingSlash', false],
  ['ignoreDuplicateSlashes', false],
  ['useSemicolonDelimiter', false],
]

/**
 * Checks the settings of the Fastify constructor, which no plugin can change: a router that is more
 * lenient than the guard would bring a path that passed as another one to the handler of an
 * endpoint. `rewriteUrl` and `frameworkErrors` don't show here: the first is found with each
 * request, the second only shapes answers.
 *
 * @throws FST_PATH_GUARD_UNSAFE_SETTING
 */
export function checkServiceSettings({ initialConfig, server }: FastifyInstance): void {
  // Where a setting stands in routerOptions, the top-level value keeps its default, and the other
  // way round.
  const routerOptions: Partial<Record<RouterSetting, boolean>> = initialConfig.routerOptions ?? {}
  for (const [name, exact] of EXACT_SETTINGS) {
    if ((initialConfig[name] ?? exact) === exact && (routerOptions[name] ?? exact) === exact)
      continue
    throw new UnsafeSettingError(
      `path-guard compares paths byte for byte, and Fastify's ${name} is ${!exact}: leave it out or set it to ${exact}`,
    )
  }
  if ('insecureHTTPParser' in server && server.insecureHTTPParser === true) {
    throw new UnsafeSettingError(
      "path-guard needs Node's strict HTTP parser, and insecureHTTPParser is true: leave it out",
    )
  }
}
