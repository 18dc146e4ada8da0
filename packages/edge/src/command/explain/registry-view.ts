import { describeCause, openRegistry, type Registry } from '@mtls-edge/cert-registry'
import type { EdgeConfiguration } from '../../configuration/index.js'
import { makeHarmless } from '../style.js'
import type { Surroundings } from '../surroundings.js'

/**
 * Opens the configured registry for reading; `null` where none is configured.
 *
 * Where it can't be opened there is no explanation: without its entries a suspended certificate would seem to pass.
 */
export async function openRegistryView(
  configuration: EdgeConfiguration,
  { stderr }: Surroundings,
): Promise<Registry | null | 'unavailable'> {
  if (configuration.registry === null) return null
  const { url, maxStaleness } = configuration.registry
  try {
    return await openRegistry(url.reveal(), { maxStaleness, readOnly: true })
  } catch (error) {
    const reason = makeHarmless(error instanceof Error ? describeCause(error) : 'unknown')
    stderr.write(
      `error: the registry cannot be read: ${reason}; \`mtls-edge registry list\` and \`mtls-edge start\` need it too\n`,
    )
    return 'unavailable'
  }
}
