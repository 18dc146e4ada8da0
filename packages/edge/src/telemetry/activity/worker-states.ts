import type { Part, Parts } from '../../service/parts.js'
import type { ActivityDelta } from './delta.js'

/** A process that takes connections, as the admin page shows it. */
export interface WorkerState {
  /** From 1. */
  readonly worker: number
  readonly pid: number
  readonly state: Part['state']
  /** ISO 8601. */
  readonly since: string
  readonly connections: number
}

/** The connections of all processes. */
export interface ConnectionState {
  readonly connections: ActivityDelta['connections']
  readonly workers: readonly WorkerState[]
}

/** A process with what it told last. */
export interface KnownWorker {
  readonly worker: number
  readonly pid: number
  readonly parts: Parts
  readonly connections: ActivityDelta['connections']
}

/** Adds up what processes have, and describes each one. */
export function describeConnections(known: readonly KnownWorker[], now: Date): ConnectionState {
  const connections = { open: 0, handshaking: 0 }
  const workers: WorkerState[] = []
  for (const { worker, pid, parts, connections: own } of known) {
    const { edge } = parts
    connections.open += own.open
    connections.handshaking += own.handshaking
    const { state = 'starting', since = now.toISOString() } = edge ?? {}
    workers.push({ worker, pid, state, since, connections: own.open })
  }
  workers.sort((a, b) => a.worker - b.worker)
  return { connections, workers }
}
