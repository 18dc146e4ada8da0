import type { ChangeResult } from '@mtls-edge/cert-registry'
import type { FastifyBaseLogger } from 'fastify'

/** One change that came by the API, as the log has it; the audit trail has it too. */
export interface LoggedChange {
  readonly actor: string
  readonly action: string
  readonly domain: string
  readonly thumbprint: string
  readonly result: ChangeResult
}

/** Writes a line for a change of the registry, and none where nothing changed. */
export function logChange(log: FastifyBaseLogger, { result, ...change }: LoggedChange): void {
  if (result.outcome === 'unchanged') return
  const { fromState, toState } = result
  log.info({ event: 'registry_change', ...change, fromState, toState }, 'the registry was changed')
}
