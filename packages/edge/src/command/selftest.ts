import { getServers } from 'node:dns'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { Address, EdgeConfiguration } from '../configuration/index.js'
import { reachableAddress, readAddress, runChecks, writeReport } from '../selftest/index.js'
import { loadForCommand } from './configuration.js'
import { EXIT, UsageError } from './exit.js'
import { createPaint } from './style.js'
import { resolveFromUser, type Surroundings } from './surroundings.js'

export interface SelftestOptions {
  readonly config: string
  readonly address?: string
  /** File with roots to verify server certificates by. */
  readonly ca?: string
  readonly resolver?: readonly string[]
  readonly json?: boolean
}

/**
 * `mtls-edge selftest`: looks at a started edge from outside, as its clients do, and at its way to Auth0. It needs no
 * certificate of a client, changes nothing, and sends two harmless requests for each domain.
 *
 * @returns the exit code: 0, or 1 where a check fails or nothing answers; warnings and what is unknown don't count
 * @throws UsageError where the address or the file with roots can't be what is meant
 */
export async function runSelftest(
  options: SelftestOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr, environment } = surroundings
  const configuration = await loadForCommand(options.config, surroundings)
  if (configuration === null) return EXIT.problems
  const address = chooseAddress(options.address, configuration)
  const roots =
    options.ca === undefined ? null : readRoots(resolveFromUser(options.ca, surroundings))
  const shown = `${address.host}:${address.port}`
  const failure = await tryToConnect(address)
  if (failure !== null) {
    stderr.write(
      `no edge answers at ${shown} (${failure}): start it, or name its address by --address\n`,
    )
    return EXIT.problems
  }
  const report = await runChecks(configuration, {
    address,
    profile: configuration.tlsProfile,
    roots,
    resolvers: options.resolver ?? getServers(),
    at: new Date(),
  })
  stdout.write(
    options.json === true
      ? `${JSON.stringify({ address: shown, ...report }, null, 2)}\n`
      : writeReport(report, createPaint(stdout, environment)),
  )
  return report.ok ? EXIT.success : EXIT.problems
}

function chooseAddress(text: string | undefined, { listen }: EdgeConfiguration): Address {
  const address = text === undefined ? reachableAddress(listen) : readAddress(text)
  if (address !== null) return address
  throw new UsageError(
    text === undefined
      ? 'listen.port is 0: name the port that the edge got, such as --address 127.0.0.1:8443'
      : '--address is HOST:PORT, such as 127.0.0.1:8443',
  )
}

function readRoots(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    throw new UsageError(`--ca can't be read: ${reason}`)
  }
}

const CONNECT_TIMEOUT = 5_000

/** Null where something listens there, else why not: otherwise every check would say the same. */
function tryToConnect({ host, port }: Address): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT })
    const finish = (failure: string | null): void => {
      socket.destroy()
      resolve(failure)
    }
    socket.on('connect', () => finish(null))
    socket.on('timeout', () => finish('no answer in time'))
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) => finish(code ?? message))
  })
}
