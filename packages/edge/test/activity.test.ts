/* What the admin page shows of the last hour: how it is gathered and kept. */
import t from 'tap'
import { createActivityLog } from '../dist/telemetry/activity/activity-log.js'
import { type Refusal, startGathering } from '../dist/telemetry/activity/delta.js'
import {
  countDuration,
  describeHistogram,
  emptyCounts,
} from '../dist/telemetry/activity/histogram.js'
import { createActivityRecorder } from '../dist/telemetry/activity/recorder.js'
import { createTelemetry } from '../dist/telemetry/observer.js'

t.test('keeps an hour and no more, however much happens', async (t) => {
  let now = Date.UTC(2026, 0, 1, 12, 0, 30)
  const log = createActivityLog(() => now)
  const refusal: Refusal = {
    at: new Date(now).toISOString(),
    kind: 'request' as const,
    reason: 'expired',
    detail: null,
    domain: null,
    host: null,
    path: null,
    status: 401,
    thumbprint: null,
    subject: null,
    issuer: null,
    remoteAddress: null,
  }
  const delta = () => {
    const { tally, ...rest } = startGathering()
    const refusals = Array.from({ length: 50 }, () => refusal)
    const connections = { open: 0, handshaking: 0 }
    return {
      ...rest,
      tally: { ...tally, requests: 2 },
      reasons: { expired: 50 },
      refusals,
      connections,
      fetched: null,
    }
  }
  for (let minute = 0; minute < 90; minute += 1, now += 60_000) log.add(2, delta())
  now -= 60_000
  const { minutes, refusals, reasons } = log.describe()
  t.equal(minutes.length, 60)
  t.ok(minutes.every(({ requests }) => requests === 2))
  t.equal(minutes.at(-1)?.at, '2026-01-01T13:29:00.000Z')
  t.equal(refusals.length, 100)
  t.same(reasons, [{ reason: 'expired', count: 60 * 50 }])
  now += 30 * 60_000
  t.equal(log.describe().minutes.filter(({ requests }) => requests > 0).length, 30)
})

t.test('a flood of refusals makes no large message', async (t) => {
  const telemetry = createTelemetry(() => {})
  const state = { countConnections: () => ({ open: 1, handshaking: 0 }), listFetched: () => [] }
  const recorder = createActivityRecorder(telemetry, state)
  for (let count = 0; count < 10_000; count += 1) {
    telemetry.connection({
      type: 'handshake_refused',
      reason: 'tls_error',
      remoteAddress: '192.0.2.1',
      remotePort: count,
      serverName: null,
      cause: new Error('x'.repeat(10_000)),
    })
  }
  const delta = recorder.take()
  t.equal(delta.tally.handshakesRefused, 10_000)
  t.same(delta.reasons, { tls_error: 10_000 })
  t.ok(JSON.stringify(delta).length < 100_000)
  t.equal(recorder.take().tally.handshakesRefused, 0)
})

t.test('quantiles stand within the buckets that they come from', async (t) => {
  const counts = emptyCounts()
  for (let each = 1; each <= 100; each += 1) countDuration(counts, each)
  t.match(describeHistogram(counts), { count: 100, p50Ms: 50, p90Ms: 90 })
  const beyond = emptyCounts()
  countDuration(beyond, 1e9)
  t.match(describeHistogram(beyond), { count: 1, p50Ms: 30_000 })
  t.match(describeHistogram(emptyCounts()), { count: 0, p50Ms: null })
})
