import { hostname, userInfo } from 'node:os'
import {
  describeCause,
  openRegistryStore,
  type RegistryLogger,
  type RegistryStore,
} from '@mtls-edge/cert-registry'
import type { EdgeConfiguration } from '../../configuration/index.js'
import { loadForCommand } from '../configuration.js'
import { EXIT } from '../exit.js'
import { makeHarmless } from '../style.js'
import type { Surroundings } from '../surroundings.js'

/** Options of every registry command. */
export interface RegistryCommandOptions {
  readonly config: string
  readonly domain?: string
}

/** What a registry command works with. */
export interface RegistrySession {
  readonly configuration: EdgeConfiguration
  readonly store: RegistryStore
  /** Who makes the changes, for the audit trail. */
  readonly actor: string
}

/**
 * Loads the configuration, opens its registry, does the work, and closes it. What the registry throws is printed on
 * standard error.
 *
 * @returns the exit code that `work` gives, or 1
 */
export async function withRegistry(
  options: RegistryCommandOptions,
  surroundings: Surroundings,
  access: 'read' | 'write',
  work: (session: RegistrySession) => Promise<number>,
): Promise<number> {
  const configuration = loadForCommand(options.config, surroundings)
  if (configuration === null) return EXIT.problems
  if (configuration.registry === null) {
    return fail(
      'the configuration has no registry: add `registry: sqlite:registry.db` to it',
      surroundings,
    )
  }
  const url = configuration.registry.url.reveal()
  try {
    const store = await openRegistryStore(url, {
      readOnly: access === 'read',
      logger: noteLogger(surroundings),
    })
    try {
      return await work({ configuration, store, actor: describeActor(surroundings) })
    } finally {
      await store.close()
    }
  } catch (error) {
    if (!isRegistryError(error)) throw error
    return fail(describeFailure(error), surroundings)
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
