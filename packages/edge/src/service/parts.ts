import type { Problem } from '../configuration/index.js'

/** A part of the edge, as `/readyz` shows it. */
export interface Part {
  /**
   * - `ready`: as it should be
   * - `degraded`: not all of it, but enough to serve
   * - `refused` (the configuration): the old one serves, since the new one can't
   * - `starting`, `draining`, `away`: can't serve
   */
  readonly state: 'ready' | 'degraded' | 'refused' | 'starting' | 'draining' | 'away'
  /** ISO 8601. */
  readonly since: string
  /** Of the configuration: why it was refused. */
  readonly problems?: readonly Problem[]
  /** Of the workers: how many there should be, and how many take connections. */
  readonly wanted?: number
  readonly ready?: number
}

export type Parts = Readonly<Record<string, Part>>

const SERVING: readonly Part['state'][] = ['ready', 'degraded', 'refused']

/** Whether the edge should be given connections. */
export const isServing = (parts: Parts): boolean =>
  Object.values(parts).every(({ state }) => SERVING.includes(state))

/** The worst state in one word, for people and for those who look at one field alone. */
export function summarize(parts: Parts): 'ready' | 'degraded' | 'not ready' {
  if (!isServing(parts)) return 'not ready'
  return Object.values(parts).every(({ state }) => state === 'ready') ? 'ready' : 'degraded'
}
