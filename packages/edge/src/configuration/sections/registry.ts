import type { ReadContext } from '../context.js'
import { readSecret } from '../files/secret-value.js'
import type { Place } from '../place.js'
import type { RawConfiguration } from '../schema.js'
import { Secret } from '../secret.js'
import type { RegistryConfiguration } from '../types.js'
import { readDuration } from '../values/duration.js'

const DEFAULT_MAX_STALENESS = 300_000
/** Below it a store that is there would be taken for one that is away. */
const LEAST_MAX_STALENESS = 1_000
const SQLITE = 'sqlite:'
/** Databases of SQLite's that no other process can open, and so no command of the registry's. */
const NO_FILE = /^(?::memory:|file:)|\0/
const POSTGRES = /^postgres(?:ql)?:\/\/./

/** Reads where the registry is kept. A path of SQLite's becomes absolute. Messages never quote the URL: it may hold a password. */
export function readRegistry(
  raw: RawConfiguration['registry'],
  place: Place,
  context: ReadContext,
): RegistryConfiguration | null {
  if (raw === undefined) return null
  const maxStaleness = readDuration(
    raw.maxStaleness,
    DEFAULT_MAX_STALENESS,
    place.at('maxStaleness'),
  )
  const written = readSecret({ ...raw }, 'url', place, context.files)
  if (written === null) return null
  const url = normalizeUrl(written.reveal(), context)
  if (url === null) {
    return place
      .at(raw.url === undefined ? 'urlFile' : 'url')
      .error(
        'is no URL of a registry',
        'write sqlite:registry.db, or postgres://USER@HOST/DATABASE',
      )
  }
  if (maxStaleness !== null && maxStaleness < LEAST_MAX_STALENESS) {
    return place
      .at('maxStaleness')
      .error('is shorter than the time between two looks at the store', 'write 1s or more')
  }
  return maxStaleness === null ? null : { url: new Secret(url), maxStaleness }
}

function normalizeUrl(url: string, context: ReadContext): string | null {
  if (POSTGRES.test(url)) return URL.canParse(url) ? url : null
  if (!url.startsWith(SQLITE)) return null
  const path = url.slice(SQLITE.length).replace(/^\/\//, '')
  if (path === '' || NO_FILE.test(path)) return null
  return SQLITE + context.files.resolve(path)
}
