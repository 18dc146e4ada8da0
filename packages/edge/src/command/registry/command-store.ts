import type { EntryFilter, RegistryStore } from '@mtls-edge/cert-registry'

/** What the commands want of a registry, be it opened here or asked at a running edge. */
export interface CommandStore
  extends Pick<
    RegistryStore,
    | 'add'
    | 'deny'
    | 'suspend'
    | 'activate'
    | 'remove'
    | 'show'
    | 'list'
    | 'importBatch'
    | 'export'
    | 'audit'
  > {
  /** How many entries there are; `null` where that is not known. */
  count(filter: EntryFilter): Promise<number | null>
}
