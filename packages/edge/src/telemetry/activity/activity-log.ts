import { type ActivityDelta, addNumbers, emptyTally, type Refusal, type Tally } from './delta.js'
import { addCounts, describeHistogram, emptyCounts, type Histogram } from './histogram.js'

/** How far back it goes, in minutes. */
const MINUTES = 60
/** Refusals that are kept. */
const MAX_REFUSALS = 100
/** Milliseconds. */
const MINUTE = 60_000

/** What is going on, over all processes. */
export interface Activity {
  /** ISO 8601, as all times here. */
  readonly at: string
  readonly since: string
  /** Sixty, the oldest first; the last one is the minute that has not ended. */
  readonly minutes: readonly ActivityMinute[]
  /** The most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[]
  /** The newest first. */
  readonly refusals: readonly (Refusal & { readonly worker: number })[]
  readonly latency: { readonly edge: Histogram; readonly auth0: Histogram }
}

export interface ActivityMinute extends Pick<Tally, 'handshakesRefused' | 'requests' | 'errors'> {
  /** Its start. */
  readonly at: string
  readonly verdicts: Pick<Tally, 'caVerified' | 'selfSigned' | 'none' | 'refused'>
}

interface Minute {
  readonly number: number
  readonly tally: ReturnType<typeof emptyTally>
  readonly reasons: Record<string, number>
  readonly edge: number[]
  readonly auth0: number[]
}

/** Keeps what happened in the last hour, by minutes. Its size has a limit, whatever happens. */
export interface ActivityLog {
  add(worker: number, delta: ActivityDelta): void
  describe(): Activity
}

export function createActivityLog(now: () => number = Date.now): ActivityLog {
  const since = new Date(now()).toISOString()
  let minutes: readonly Minute[] = []
  let refusals: Activity['refusals'] = []

  const minuteNow = (): number => Math.floor(now() / MINUTE)

  function currentMinute(): Minute {
    const number = minuteNow()
    const last = minutes.at(-1)
    if (last?.number === number) return last
    const empty = { edge: emptyCounts(), auth0: emptyCounts() }
    const minute = { number, tally: emptyTally(), reasons: {}, ...empty }
    minutes = [...minutes, minute].filter((each) => each.number > number - MINUTES)
    return minute
  }

  return {
    add(worker, delta) {
      const minute = currentMinute()
      addNumbers(minute.tally, delta.tally)
      addNumbers(minute.reasons, delta.reasons)
      addCounts(minute.edge, delta.edge)
      addCounts(minute.auth0, delta.auth0)
      const latest = delta.refusals.map((refusal) => ({ ...refusal, worker }))
      // Each worker tells of the same second at another time.
      refusals = [...latest.reverse(), ...refusals]
        .sort((a, b) => b.at.localeCompare(a.at))
        .slice(0, MAX_REFUSALS)
    },
    describe() {
      const last = minuteNow()
      const kept = minutes.filter(({ number }) => number > last - MINUTES)
      const reasons: Record<string, number> = {}
      const [edge, auth0] = [emptyCounts(), emptyCounts()]
      for (const minute of kept) {
        addNumbers(reasons, minute.reasons)
        addCounts(edge, minute.edge)
        addCounts(auth0, minute.auth0)
      }
      return {
        at: new Date(now()).toISOString(),
        since,
        minutes: Array.from({ length: MINUTES }, (_, index) => {
          const number = last - MINUTES + 1 + index
          return describeMinute(
            number,
            kept.find((minute) => minute.number === number),
          )
        }),
        reasons: Object.entries(reasons)
          .map(([reason, count]) => ({ reason, count }))
          .sort((a, b) => b.count - a.count),
        refusals,
        latency: { edge: describeHistogram(edge), auth0: describeHistogram(auth0) },
      }
    },
  }
}

function describeMinute(number: number, minute: Minute | undefined): ActivityMinute {
  const { handshakesRefused, requests, errors, ...verdicts } = minute?.tally ?? emptyTally()
  const at = new Date(number * MINUTE).toISOString()
  return { at, verdicts, handshakesRefused, requests, errors }
}
