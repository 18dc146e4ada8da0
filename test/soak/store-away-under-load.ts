import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openRegistryStore, type RegistryStore } from '@mtls-edge/cert-registry'
import { startRecordingUpstream } from '@mtls-edge/testkit'
import { type Answer, askPersistently } from './persistent-client.ts'
import { denySteadily, findLost, persist } from './persistent-operator.ts'
import { type PostgresPrograms, startPostgres } from './postgres-cluster.ts'
import {
  ALIAS,
  CUSTOM,
  type RegisteredEdge,
  type RegisteredEdgeOptions,
  servers,
  startRegisteredEdge,
} from './registered-edge.ts'
import { ALWAYS, CAST, ROLES, type Role, registerCast, suspend } from './store-away-cast.ts'
import {
  type Answers,
  countPassesAway,
  findFaults,
  findSlowestEffect,
  type Moments,
} from './store-away-judgement.ts'

/** More than anything takes to come about on a busy machine, and how often it is looked for, in milliseconds. */
const PATIENCE = 60_000
const LOOK_EVERY = 50

/** Before the crash and after everything is back, in milliseconds. */
const CALM = 1500

export interface StoreAwayOptions {
  /** Empty, and removed by the caller. */
  readonly directory: string
  readonly programs: PostgresPrograms
  readonly workers: number
  /** By all clients together. */
  readonly perSecond: number
  /** Seconds; the store is away for longer than memory is believed. */
  readonly away: number
  readonly maxStaleness: number
}

export interface StoreAwayResult {
  readonly requests: number
  readonly faults: readonly string[]
  /** Changes that the store confirmed, and those of them that it does not hold. */
  readonly changes: number
  readonly lost: readonly string[]
  /** From a confirmed change to the last request that it should have refused, in milliseconds. */
  readonly slowestEffect: number
  /** Registered clients let in from memory. */
  readonly passesAway: number
  /** `/readyz` while the store was away for too long, and afterwards. */
  readonly readyz: readonly { readonly status: number; readonly registry: unknown }[]
  /** What an edge said that was started while the store was away. */
  readonly startWithout: string
  /** From the start of the store until all workers let registered clients in, in milliseconds. */
  readonly recovery: number
  /** Events of the log that tell of a restart or a failure. */
  readonly unwanted: readonly unknown[]
}

/** Takes a PostgreSQL server away under an edge that is asked by real clients and changed by an operator all the time. */
export async function takeStoreAway(options: StoreAwayOptions): Promise<StoreAwayResult> {
  const { directory, programs, workers, maxStaleness } = options
  const cluster = await startPostgres(programs)
  const upstream = await startRecordingUpstream({ certificate: servers.server('localhost') })
  const end = new AbortController()
  const { signal } = end
  let store: RegistryStore | null = null
  let edge: RegisteredEdge | null = null
  try {
    store = await openRegistryStore(cluster.url)
    await registerCast(store)
    const shared = { registryUrl: cluster.url, maxStaleness, upstreamPort: upstream.port }
    edge = await startIn(join(directory, 'edge'), { ...shared, workers })

    const answers = emptyAnswers()
    const perSecond = options.perSecond / ROLES.length
    const target = { port: edge.port, servername: ALIAS, ca: servers.root.pem, perSecond, signal }
    const asking = ROLES.map((role) =>
      askPersistently({ ...target, certificate: CAST[role] }, answers[role]),
    )
    const denying = denySteadily(store, CUSTOM, signal)
    const confirmedAt: Partial<Record<Role, number>> = {}
    const suspendNow = async (role: Role): Promise<void> => {
      const current = store
      if (current !== null) await persist(() => suspend(current, role))
      confirmedAt[role] = performance.now()
    }

    await until('all are answered', () => ROLES.every((role) => answers[role].length > 0))
    await suspendNow('suspended before the crash')
    await untilRefused(answers, 'suspended before the crash')
    await pause(CALM)
    await suspendNow('suspended right before the crash')

    const crashAt = performance.now()
    await cluster.crash()
    const goneAt = performance.now()
    const suspending = suspendNow('suspended while the store is away')
    const startWithout = await startSecond(join(directory, 'second'), { ...shared, workers: 1 })
    const staleAt = goneAt + maxStaleness * 1000
    await until('registered ones get 503', () =>
      ALWAYS.every((role) => answers[role].at(-1)?.status === 503),
    )
    await pause(Math.max(0, goneAt + options.away * 1000 - performance.now()))
    const readyzAway = await edge.readyz()

    const logged = (await edge.log()).length
    const restartAt = performance.now()
    await cluster.start()
    const { log } = edge
    await until('every worker lets registered ones in', async () => {
      const lines = (await log()).slice(logged)
      const passing = lines.filter(({ event, status }) => event === 'request' && status === 200)
      return new Set(passing.map(({ worker }) => worker)).size === workers
    })
    const recoveredAt = performance.now()
    await suspending
    await untilRefused(answers, 'suspended while the store is away')
    await suspendNow('suspended after the crash')
    await untilRefused(answers, 'suspended after the crash')
    await pause(CALM)
    const readyzBack = await edge.readyz()
    end.abort()
    const denied = await denying
    await Promise.all(asking)

    const moments: Moments = { crashAt, goneAt, staleAt, restartAt, recoveredAt, confirmedAt }
    const unwanted = (await log()).filter(isUnwanted)
    return {
      requests: Object.values(answers).flat().length,
      faults: findFaults(answers, moments),
      changes: denied.length,
      lost: await findLost(store, CUSTOM, denied),
      slowestEffect: findSlowestEffect(answers, moments),
      passesAway: countPassesAway(answers, moments),
      readyz: [readyzAway, readyzBack],
      startWithout,
      recovery: recoveredAt - restartAt,
      unwanted,
    }
  } finally {
    end.abort()
    await edge?.stop()
    await upstream.close()
    await store?.close()
    cluster.remove()
  }
}

async function startIn(
  directory: string,
  options: Omit<RegisteredEdgeOptions, 'directory'>,
): Promise<RegisteredEdge> {
  await mkdir(directory)
  return startRegisteredEdge({ directory, ...options })
}

/** What an edge says that is started while the store is away. */
async function startSecond(
  directory: string,
  options: Omit<RegisteredEdgeOptions, 'directory'>,
): Promise<string> {
  try {
    const edge = await startIn(directory, options)
    await edge.stop()
    return 'it started'
  } catch (error) {
    if (!(error instanceof Error)) throw error
    // What was logged before may be written after what the program says at its end.
    const said = String(error.cause).split('\n')
    return `${error.message}: ${said.find((line) => line.includes("can't start")) ?? said.join(' ')}`
  }
}

/** A worker that ended, or an error that nobody expected. */
function isUnwanted({ event }: Readonly<Record<string, unknown>>): boolean {
  return event === 'failure' || event === 'worker_died' || event === 'worker_failed'
}

function emptyAnswers(): Record<Role, Answer[]> {
  return Object.fromEntries(ROLES.map((role) => [role, []])) as unknown as Record<Role, Answer[]>
}

/** Its last answers are refusals, over as many connections. */
function untilRefused(answers: Answers, role: Role): Promise<void> {
  return until(`${role} is refused`, () => {
    const last = answers[role].slice(-10)
    return last.length === 10 && last.every(({ status }) => status === 401)
  })
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not so after a minute: ${what}`)
    await pause(LOOK_EVERY)
  }
}
