import '../quiet-sqlite.js'
import { hostname, userInfo } from 'node:os'
import { describeCause, openRegistryStore, type RegistryLogger } from '@mtls-edge/cert-registry'
import { loadForCommand } from '../configuration.js'
import { EXIT, UsageError } from '../exit.js'
import { makeHarmless } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import type { DomainNames } from './choose-domain.js'
import type { CommandStore } from './command-store.js'
import { RemoteError } from './remote/errors.js'
import type { RemoteOptions } from './remote/open-remote.js'

/** Options of every registry command. */
export interface RegistryCommandOptions extends Partial<RemoteOptions> {
  /** The registry of this configuration, opened here; or `url`: the one of a running edge. */
  readonly config?: string
  readonly domain?: string
}

/** What a registry command works with. */
export interface RegistrySession {
  readonly configuration: DomainNames
  readonly store: CommandStore
  /** Who makes the changes, for the audit trail. */
  readonly actor: string
}

/**
 * Opens the registry of the configuration, or asks a running edge for its own; does the work, and closes it. What the
 * registry throws is printed on standard error.
 *
 * @returns the exit code that `work` gives, or 1
 */
export async function withRegistry(
  options: RegistryCommandOptions,
  surroundings: Surroundings,
  access: 'read' | 'write',
  work: Work,
): Promise<number> {
  const { config, url } = options
  if (url !== undefined && config !== undefined)
    throw new UsageError('name one of --url and --config: a running edge, or its registry')
  try {
    if (url !== undefined) return await withRemote({ ...options, url }, surroundings, work)
    if (config === undefined) throw new UsageError('add --config FILE, or --url URL')
    return await withLocal(config, surroundings, access, work)
  } catch (error) {
    if (error instanceof RemoteError) return fail(error.message, surroundings)
    if (!isRegistryError(error)) throw error
    return fail(describeFailure(error), surroundings)
  }
}

type Work = (session: RegistrySession) => Promise<number>

async function withRemote(
  options: RemoteOptions,
  surroundings: Surroundings,
  work: Work,
): Promise<number> {
  const { openRemote } = await import('./remote/open-remote.js')
  const actor = describeActor(surroundings)
  return await work({ ...(await openRemote(options, actor, surroundings)), actor })
}

async function withLocal(
  config: string,
  surroundings: Surroundings,
  access: 'read' | 'write',
  work: Work,
): Promise<number> {
  const configuration = await loadForCommand(config, surroundings)
  if (configuration === null) return EXIT.problems
  if (configuration.registry === null) {
    return fail(
      'the configuration has no registry: add `registry: sqlite:registry.db` to it',
      surroundings,
    )
  }
  const store = await openRegistryStore(configuration.registry.url.reveal(), {
    readOnly: access === 'read',
    logger: noteLogger(surroundings),
  })
  try {
    return await work({ configuration, store, actor: describeActor(surroundings) })
  } finally {
    await store.close()
  }
}

/** The registry says when it made a new, empty store, which may be the sign of a wrong path. */
function noteLogger({ stderr }: Surroundings): RegistryLogger {
  const note = (_details: object, message: string) => stderr.write(`note: ${message}\n`)
  return { info: note, warn: note, error: note }
}

/** Prints an error and gives the exit code for it. */
export function fail(message: string, { stderr }: Surroundings): number {
  stderr.write(`error: ${makeHarmless(message)}\n`)
  return EXIT.problems
}

/** Tells whether an error is one of the registry's own, whose message is for people. */
export function isRegistryError(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && String(error.code).startsWith('FST_CERT_REGISTRY_')
  )
}

/** What a registry's error means. The store's own words are for whoever runs the command, not for an edge's clients. */
function describeFailure(error: Error): string {
  const reason = describeCause(error)
  return error.message.includes(reason) ? error.message : `${error.message}: ${reason}`
}

function describeActor({ environment }: Surroundings): string {
  const { SUDO_USER } = environment
  const { username } = userInfo()
  // Under sudo the name of the person is worth more than the name of the role.
  const name = SUDO_USER ? `${SUDO_USER} as ${username}` : username
  return `${name}@${hostname()}`.replaceAll(/\p{Cc}/gu, '').slice(0, 200)
}
