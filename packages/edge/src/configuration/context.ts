import type { NamedFiles } from './files/named-files.js'

/** What the readers of the configuration's parts share. */
export interface ReadContext {
  readonly files: NamedFiles
  /** For the dates of certificates. */
  readonly now: Date
  /** Whether the configuration has a registry, be it a valid one or not. */
  readonly hasRegistry: boolean
}
