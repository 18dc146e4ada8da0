import type { FrontEvent } from '../../front/index.js'
import type { Telemetry } from '../observer.js'
import type { RequestEnd } from '../request-end.js'
import { type ActivityDelta, type Gathering, type Refusal, startGathering } from './delta.js'
import { FETCHED_EVERY, type FetchedAddress } from './fetched-addresses.js'
import { countDuration } from './histogram.js'

/** More refusals in a second than anybody reads: of a flood the latest are kept. */
const MAX_REFUSALS = 50
/** A detail longer than this is in the log. */
const MAX_DETAIL = 300

const VERDICTS = {
  'ca-verified': 'caVerified',
  'self-signed': 'selfSigned',
  none: 'none',
  refused: 'refused',
} as const

/** Gathers what happens in this process. */
export interface ActivityRecorder {
  /** What happened since the last time. */
  take(): ActivityDelta
  close(): void
}

/** What is asked each time. */
export interface ActivityState {
  readonly countConnections: () => ActivityDelta['connections']
  readonly listFetched: () => readonly FetchedAddress[]
}

export function createActivityRecorder(
  telemetry: Telemetry,
  { countConnections, listFetched }: ActivityState,
  now: () => Date = () => new Date(),
): ActivityRecorder {
  let gathering = startGathering()
  let times = 0
  const close = telemetry.subscribe({
    request: (end) => noteRequest(gathering, end, now),
    connection: (event) => noteConnection(gathering, event, now),
  })
  return {
    take() {
      const fetched = times % FETCHED_EVERY === 0 ? listFetched() : null
      times += 1
      const delta = { ...gathering, connections: countConnections(), fetched }
      gathering = startGathering()
      return delta
    },
    close,
  }
}

function noteRequest(gathering: Gathering, end: RequestEnd, now: () => Date): void {
  const { tally, edge, auth0 } = gathering
  const { verdict, status, reason, durationMs, auth0Ms } = end
  tally.requests += 1
  if (status >= 500) tally.errors += 1
  if (verdict !== null) tally[VERDICTS[verdict]] += 1
  countDuration(edge, Math.max(0, durationMs - (auth0Ms ?? 0)))
  if (auth0Ms !== null) countDuration(auth0, auth0Ms)
  if (reason === null) return
  const { detail, domain, host, path, thumbprint, subject, issuer, remoteAddress } = end
  noteRefusal(gathering, {
    at: now().toISOString(),
    kind: 'request',
    reason,
    detail: cut(detail),
    domain,
    host,
    path,
    status,
    thumbprint,
    subject,
    issuer,
    remoteAddress,
  })
}

function noteConnection(gathering: Gathering, event: FrontEvent, now: () => Date): void {
  if (event.type !== 'handshake_refused') return
  gathering.tally.handshakesRefused += 1
  const { reason, cause, serverName, remoteAddress } = event
  noteRefusal(gathering, {
    at: now().toISOString(),
    kind: 'handshake',
    reason,
    detail: cut(cause?.message ?? null),
    domain: null,
    host: serverName,
    path: null,
    status: null,
    thumbprint: null,
    subject: null,
    issuer: null,
    remoteAddress,
  })
}

function noteRefusal({ reasons, refusals }: Gathering, refusal: Refusal): void {
  reasons[refusal.reason] = (reasons[refusal.reason] ?? 0) + 1
  refusals.push(refusal)
  if (refusals.length > MAX_REFUSALS) refusals.shift()
}

const cut = (detail: string | null): string | null => detail?.slice(0, MAX_DETAIL) ?? null
