import '../quiet-sqlite.js'
import { describeCause, openRegistry, type Registry } from '@mtls-edge/cert-registry'
import type { EdgeConfiguration } from '../../configuration/index.js'
import { makeHarmless } from '../style.js'
import type { Surroundings } from '../surroundings.js'

/** What `explain` wants of a registry. */
export type ReadableRegistry = Pick<Registry, 'view' | 'close'>

/** What `start` would find where there is no file yet: it makes a new one, without entries. */
const NO_ENTRIES: ReadableRegistry = {
  view: { stateOf: () => null, epoch: 0, isFresh: true },
  close: async () => {},
}

/**
 * Opens the configured registry for reading; `null` where none is configured.
 *
 * Where it can't be opened there is no explanation: without its entries a suspended certificate would seem to pass.
 */
export async function openRegistryView(
  configuration: EdgeConfiguration,
  { stderr }: Surroundings,
): Promise<ReadableRegistry | null | 'unavailable'> {
  if (configuration.registry === null) return null
  const { url, maxStaleness } = configuration.registry
  try {
    return await openRegistry(url.reveal(), { maxStaleness, readOnly: true })
  } catch (error) {
    if (isFileMissing(error)) {
      stderr.write(
        'note: there is no registry file yet; `mtls-edge start` and `registry add` make one\n',
      )
      return NO_ENTRIES
    }
    const reason = makeHarmless(error instanceof Error ? describeCause(error) : 'unknown')
    stderr.write(
      `error: the registry cannot be read: ${reason}; \`mtls-edge registry list\` and \`mtls-edge start\` need it too\n`,
    )
    return 'unavailable'
  }
}

function isFileMissing(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && cause.code === 'ENOENT') return true
  return false
}
