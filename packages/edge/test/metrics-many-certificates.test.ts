import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openRegistryStore } from '@mtls-edge/cert-registry'
import t from 'tap'
import { createTelemetry, type Telemetry } from '../dist/telemetry/observer.js'
import type { RequestEnd } from '../dist/telemetry/request-end.js'
import { CUSTOM, startEdgeStage } from './edge-stage.ts'
import { type MetricsPage, readMetricsPage } from './metrics-page.ts'

const MANY = 100_000
const BATCH = 10_000
const DAY = 86_400_000

/** More than anything here takes on a busy machine, in milliseconds. */
const PATIENCE = 60_000

const thumbprintOf = (number: number): string =>
  createHash('sha256').update(String(number)).digest('hex')

/** Certificates that end on any day of two years, in every state. */
async function register(url: string): Promise<void> {
  const store = await openRegistryStore(url)
  for (let from = 0; from < MANY; from += BATCH) {
    const entries = Array.from({ length: BATCH }, (_, index) => {
      const number = from + index
      const thumbprint = thumbprintOf(number)
      const notAfter = new Date(Date.now() + ((number % 730) - 30) * DAY)
      const names = { subject: `CN=client-${number}`, issuer: 'CN=Many', serialNumber: '01' }
      const state = (['active', 'suspended', 'revoked', 'pending'] as const)[number % 4] ?? 'active'
      const certificate = { thumbprint, pem: 'PEM', ...names, notBefore: new Date(0), notAfter }
      return { domain: CUSTOM, thumbprint, state, certificate }
    })
    await store.importBatch(entries, 'test')
  }
  await store.close()
}

/** What the request of another client each time would tell. */
const endOf = (number: number): RequestEnd => ({
  event: 'request',
  requestId: `request-${number}`,
  domain: CUSTOM,
  host: CUSTOM,
  protocol: '1.1',
  method: 'POST',
  path: `/path/${number}`,
  endpoint: 'other',
  status: 401,
  verdict: 'refused',
  reason: 'not_registered',
  detail: `detail ${number}`,
  thumbprint: thumbprintOf(number),
  subject: `CN=client-${number}`,
  issuer: `CN=issuer-${number}`,
  serial: String(number),
  registered: false,
  handshakeError: null,
  remoteAddress: `10.${number % 200}.${(number >> 8) % 250}.1`,
  durationMs: 1 + (number % 1000),
  auth0Ms: null,
})

const seriesOf = ({ all }: MetricsPage): number =>
  all.filter(({ name }) => name.startsWith('mtls_edge_')).length

t.test(`as many series with ${MANY} certificates as with a hundred`, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'mtls-edge-many-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const url = `sqlite:${join(directory, 'registry.db')}`
  await register(url)
  const telemetry: Telemetry = createTelemetry((error) => t.fail(String(error)))
  const stage = await startEdgeStage(t, (domain) => domain, {
    settings: { registry: url },
    telemetry,
  })
  const { healthPort } = stage.edge

  const registered = ({ all }: MetricsPage): number =>
    all
      .filter(({ name }) => name === 'mtls_edge_registered_certificates')
      .reduce((sum, { value }) => sum + value, 0)
  const deadline = performance.now() + PATIENCE
  while (registered(await readMetricsPage(healthPort)) !== MANY) {
    if (performance.now() > deadline) throw new Error('they were never counted')
    await pause(50)
  }
  for (let number = 0; number < 100; number += 1) telemetry.request(endOf(number))
  const before = await readMetricsPage(healthPort)
  for (let number = 100; number < MANY; number += 1) telemetry.request(endOf(number))
  const after = await readMetricsPage(healthPort)
  t.equal(after.value('mtls_edge_refusals_total', { reason: 'not_registered' }), MANY)
  t.equal(seriesOf(after), seriesOf(before))
  t.equal(after.series('mtls_edge_registered_certificates').length, 4 * 5)
  t.ok(seriesOf(after) < 120, `${seriesOf(after)} series`)
  const sum = (expires: string): number =>
    after
      .series('mtls_edge_registered_certificates')
      .filter(({ labels }) => labels.expires === expires)
      .reduce((total, { value }) => total + value, 0)
  t.ok(sum('expired') > 0 && sum('7d') > 0 && sum('30d') > sum('7d') && sum('later') > sum('90d'))
})
