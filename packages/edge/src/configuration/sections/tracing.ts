import type { Place } from '../place.js'
import type { RawConfiguration } from '../schema.js'
import type { TracingConfiguration } from '../types.js'

/** Where OTLP over HTTP has its traces, where the address has no path of its own. */
const TRACES_PATH = '/v1/traces'

const EXAMPLE = 'write the address of an OTLP collector, such as http://127.0.0.1:4318'

/** Reads where traces are sent. */
export function readTracing(
  raw: RawConfiguration['tracing'],
  place: Place,
): TracingConfiguration | null {
  if (raw?.endpoint === undefined) return null
  const endpoint = readEndpoint(raw.endpoint, place.at('endpoint'))
  return endpoint === null ? null : { endpoint, sampleRatio: raw.sampleRatio ?? 1 }
}

function readEndpoint(text: string, place: Place): string | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    return place.error('is no http or https URL', EXAMPLE)
  if (url.username !== '' || url.password !== '')
    return place.error(
      'has a user or a password',
      'set OTEL_EXPORTER_OTLP_HEADERS in the environment instead',
    )
  if (url.search !== '' || url.hash !== '') return place.error('has a query or a fragment', EXAMPLE)
  if (url.pathname === '/') url.pathname = TRACES_PATH
  return url.href
}
