import type { Registration } from '@mtls-edge/cert-registry'
import { daysLeft } from '../../registry/entry.js'
import { makeHarmless } from '../style.js'

/** `2027-01-31 (69 days)`, `2026-01-31 (expired)`, or `unknown`. */
export function describeExpiry(entry: Registration, now: Date): string {
  const days = daysLeft(entry, now)
  const date = entry.certificate?.notAfter.toISOString().slice(0, 10)
  if (days === null || date === undefined) return 'unknown'
  if (days < 0) return `${date} (expired)`
  return `${date} (${days} ${days === 1 ? 'day' : 'days'})`
}

/** One line of text from a certificate or a person, harmless to a terminal. */
export function oneLine(text: string | null): string {
  return makeHarmless((text ?? '-').replaceAll('\n', ' '))
}
