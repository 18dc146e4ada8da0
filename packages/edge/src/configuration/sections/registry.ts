import type { ReadContext } from '../context.js'
import { readSecret } from '../files/secret-value.js'
import type { Place } from '../place.js'
import type { RawConfiguration } from '../schema.js'
import { Secret } from '../secret.js'
import type { RegistryConfiguration } from '../types.js'
import { readDuration } from '../values/duration.js'

const DEFAULT_MAX_STALENESS = 300_000
const SQLITE = 'sqlite:'
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
  return maxStaleness === null ? null : { url: new Secret(url), maxStaleness }
}

function normalizeUrl(url: string, context: ReadContext): string | null {
  if (POSTGRES.test(url)) return URL.canParse(url) ? url : null
  if (!url.startsWith(SQLITE)) return null
  const path = url.slice(SQLITE.length)
  if (path === '' || path.startsWith('//')) return null
  return path === ':memory:' ? url : SQLITE + context.files.resolve(path)
}
