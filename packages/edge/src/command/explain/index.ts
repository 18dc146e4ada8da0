import type { FetchLog } from '@mtls-edge/cert-verifier'
import type { DomainConfiguration, EdgeConfiguration } from '../../configuration/index.js'
import { type Explanation, explain } from '../../explanation/index.js'
import { loadForCommand } from '../configuration.js'
import { EXIT, UsageError } from '../exit.js'
import { chooseDomain } from '../registry/choose-domain.js'
import { createPaint, makeHarmless } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { readTime } from './at.js'
import { mendOf } from './mends.js'
import { readPresented } from './presented.js'
import { openRegistryView } from './registry-view.js'
import { writeExplanation } from './words.js'

export interface ExplainOptions {
  readonly config: string
  readonly domain?: string
  readonly at?: string
  readonly chain?: string
  readonly json?: boolean
}

/**
 * `mtls-edge explain`: what the edge would decide of a certificate, by the very code that decides on connections, and
 * the headers that Auth0 would get.
 *
 * Where the configuration says so, it fetches revocation information as the edge would for a first connection. It knows the registry as it is now, and nothing of the handshake: whether the client holds the key is not asked.
 *
 * @returns the exit code: 0 where the certificate would pass, 1 where it would be refused or something failed
 * @throws UsageError where a file, the time or the domain can't be what is meant
 */
export async function runExplain(
  certificate: string,
  options: ExplainOptions,
  surroundings: Surroundings,
): Promise<number> {
  const at = readTime(options.at)
  const configuration = await loadForCommand(options.config, surroundings)
  if (configuration === null) return EXIT.problems
  const domain = findDomain(configuration, options.domain)
  const presented = readPresented(certificate, options.chain, surroundings)
  const registry = await openRegistryView(configuration, surroundings)
  if (registry === 'unavailable') return EXIT.problems
  try {
    const explanation = await explain({
      domain,
      presented,
      registry: registry?.view ?? null,
      at,
      log: tellFailures(surroundings),
    })
    print(explanation, options, surroundings)
    return explanation.verdict === 'refused' ? EXIT.problems : EXIT.success
  } finally {
    await registry?.close()
  }
}

function findDomain(
  configuration: EdgeConfiguration,
  name: string | undefined,
): DomainConfiguration {
  const chosen = chooseDomain(configuration, name)
  const domain = configuration.domains.find(({ customDomain }) => customDomain === chosen)
  if (domain === undefined) throw new UsageError('--domain names none of the configuration')
  return domain
}

/** What could not be fetched is no part of the explanation, and worth knowing. */
function tellFailures({ stderr }: Surroundings): FetchLog {
  return {
    info() {},
    warn(fields, message) {
      const { address, reason } = { address: '', reason: '', ...fields }
      stderr.write(`${makeHarmless(`warning: ${address}: ${message}: ${reason}`)}\n`)
    },
  }
}

function print(
  explanation: Explanation,
  { json = false }: ExplainOptions,
  { stdout, environment }: Surroundings,
): void {
  stdout.write(
    json
      ? `${JSON.stringify({ ...explanation, mend: mendOf(explanation.reason) }, null, 2)}\n`
      : writeExplanation(explanation, createPaint(stdout, environment)),
  )
}
