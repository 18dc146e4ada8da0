import type { PresentedChain } from '@mtls-edge/cert-verifier'
import type { Snapshot } from '../../configuration/reading/snapshot.js'
import type { CountAnswer, CountQuestion } from '../../counting/index.js'
import type { SecretsByHost } from '../../resumption/link.js'
import type { ActivityDelta } from '../../telemetry/activity/delta.js'
import type { ProcessSnapshot } from '../../telemetry/metrics/snapshot.js'
import type { Parts } from '../parts.js'
import type { Listen } from '../start-serving.js'
import type { ContentPiece, SentSnapshot } from './large-contents.js'
import type { HashedFile, OfferedFile } from './offered-files.js'

/** What a worker is started with. */
export interface WorkerSetup {
  /** Its number, from 1; the one that replaces it has the same. */
  readonly worker: number
  readonly snapshot: Snapshot
  readonly listen: Listen
  /** Of the hosts that resume sessions. */
  readonly secrets: SecretsByHost
  /** How many share the port. */
  readonly workers: number
  /** What is logged at the least. */
  readonly level: string
}

/** A setup whose large contents went ahead. */
export type Sent<Setup> = Omit<Setup, 'snapshot'> & { readonly snapshot: SentSnapshot }

/** What the primary tells a worker. It holds secrets; it goes through a pipe that only the two have. */
export type PrimaryMessage =
  | ContentPiece
  /** It may read these files by itself, and look at them, as they are about to be needed. */
  | { readonly type: 'offer'; readonly id: number; readonly files: readonly OfferedFile[] }
  | { readonly type: 'start'; readonly setup: Sent<WorkerSetup> }
  | {
      readonly type: 'update'
      readonly id: number
      readonly snapshot: SentSnapshot
      readonly secrets: SecretsByHost
    }
  /** These hosts get other session secrets. */
  | { readonly type: 'renew'; readonly secrets: SecretsByHost }
  | { readonly type: 'recalled'; readonly id: number; readonly chain: PresentedChain | null }
  | { readonly type: 'counted'; readonly answer: CountAnswer }
  | { readonly type: 'stop' }
  | { readonly type: 'tell_metrics' }

/** What a worker tells the primary. */
export type WorkerMessage =
  /** It can be started. */
  | { readonly type: 'loaded' }
  /** What it read of the files that were offered. */
  | { readonly type: 'read'; readonly id: number; readonly files: readonly HashedFile[] }
  /** It takes connections. */
  | { readonly type: 'listening' }
  /** It can't start. */
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'updated'; readonly id: number }
  /** The old configuration stays. */
  | { readonly type: 'refused'; readonly id: number; readonly reason: string }
  | { readonly type: 'status'; readonly parts: Parts }
  /** `null` where it can't tell them now. */
  | { readonly type: 'metrics'; readonly metrics: ProcessSnapshot | null }
  /** What happened since it told the last time; once a second, where somebody wants to know. */
  | { readonly type: 'activity'; readonly delta: ActivityDelta }
  | {
      readonly type: 'remember'
      readonly host: string
      readonly thumbprint: string
      readonly chain: PresentedChain
    }
  | {
      readonly type: 'recall'
      readonly id: number
      readonly host: string
      readonly thumbprint: string
    }
  /** There are sessions of this host that nobody can judge. */
  | { readonly type: 'session_unknown'; readonly host: string }
  | { readonly type: 'count'; readonly question: CountQuestion }

const PRIMARY_TYPES: readonly unknown[] = [
  'content',
  'offer',
  'start',
  'update',
  'renew',
  'recalled',
  'counted',
  'stop',
  'tell_metrics',
]
const WORKER_TYPES: readonly unknown[] = [
  'loaded',
  'read',
  'listening',
  'failed',
  'updated',
  'refused',
  'status',
  'metrics',
  'activity',
  'remember',
  'recall',
  'session_unknown',
  'count',
]

/** Both ends are of one version of one program: what has the type has the rest. */
export const isPrimaryMessage = (value: unknown): value is PrimaryMessage =>
  PRIMARY_TYPES.includes(typeOf(value))

/** As {@link isPrimaryMessage}, for the other direction. */
export const isWorkerMessage = (value: unknown): value is WorkerMessage =>
  WORKER_TYPES.includes(typeOf(value))

const typeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
