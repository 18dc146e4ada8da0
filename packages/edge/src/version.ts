import { readFileSync } from 'node:fs'
import { MANIFEST } from './places.js'

/** The version of this package. */
export function readVersion(): string {
  const text = readFileSync(MANIFEST, 'utf8')
  const { version }: { version?: unknown } = JSON.parse(text)
  return typeof version === 'string' ? version : 'unknown'
}
