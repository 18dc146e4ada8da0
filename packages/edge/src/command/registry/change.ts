import type { ChangeResult, EntryReference } from '@mtls-edge/cert-registry'
import { NotFoundError, RefusalKeptError } from '@mtls-edge/cert-registry'
import { EXIT } from '../exit.js'
import type { Surroundings } from '../surroundings.js'
import { readCertificateArguments } from './certificate-arguments.js'
import { chooseDomain } from './choose-domain.js'
import {
  fail,
  isRegistryError,
  type RegistryCommandOptions,
  type RegistrySession,
  withRegistry,
} from './session.js'

export type ChangeOptions = RegistryCommandOptions

export interface RemoveOptions extends RegistryCommandOptions {
  readonly evenIfRefused?: boolean
}

/**
 * `mtls-edge registry deny`, `suspend` and `activate`.
 *
 * @returns the exit code: 0, or 1 where one entry could not be changed; the others are
 */
export async function runChange(
  change: 'deny' | 'suspend' | 'activate',
  texts: readonly string[],
  options: ChangeOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await changeEach(
    texts,
    options,
    surroundings,
    async ({ store, actor }, entry) => await store[change](entry, actor),
  )
}

/**
 * `mtls-edge registry remove`.
 *
 * @returns as `runChange`
 */
export async function runRemove(
  texts: readonly string[],
  options: RemoveOptions,
  surroundings: Surroundings,
): Promise<number> {
  const evenIfRefused = options.evenIfRefused === true
  return await changeEach(
    texts,
    options,
    surroundings,
    async ({ store, actor }, entry) => await store.remove(entry, actor, { evenIfRefused }),
  )
}

async function changeEach(
  texts: readonly string[],
  options: RegistryCommandOptions,
  surroundings: Surroundings,
  change: (session: RegistrySession, entry: EntryReference) => Promise<ChangeResult>,
): Promise<number> {
  const named = await readCertificateArguments(texts, surroundings)
  return await withRegistry(options, surroundings, 'write', async (session) => {
    const domain = chooseDomain(session.configuration, options.domain)
    let code: number = EXIT.success
    for (const each of named) {
      try {
        const result = await change(session, { domain, ...each })
        surroundings.stdout.write(`${describeResult(each.thumbprint, result)}\n`)
      } catch (error) {
        if (!isRegistryError(error) || !('statusCode' in error) || error.statusCode === 503)
          throw error
        code = fail(`${each.thumbprint}: ${error.message}${mendOf(error)}`, surroundings)
      }
    }
    return code
  })
}

function describeResult(thumbprint: string, result: ChangeResult): string {
  const { outcome, fromState, toState } = result
  if (outcome === 'unchanged') return `unchanged  ${thumbprint}  ${toState}`
  return `${outcome}  ${thumbprint}  ${fromState ?? 'unknown'} -> ${toState ?? 'unknown'}`
}

function mendOf(error: Error): string {
  if (error instanceof NotFoundError) return '; see what there is with registry list, or add it'
  if (error instanceof RefusalKeptError) return '; add --even-if-refused where that is meant'
  return ''
}
