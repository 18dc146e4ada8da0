import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { rawTlsRequest, type WireResponse } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { createSampler } from '../dist/telemetry/tracing/sampler.js'
import { type EdgeProcessStage, startProcessStage } from './edge-process-stage.ts'
import { ALIAS, clients, request, servers } from './edge-stage.ts'
import { type OtlpCollector, startCollector } from './otlp-collector.ts'

const run = promisify(execFile)
const client = clients.client()
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const FROM_CLIENT = `traceparent: 00-${TRACE}-b7ad6b7169203331-00\r\ntracestate: vendor=1\r\n`

interface TracedStage extends EdgeProcessStage {
  readonly collector: OtlpCollector
}

/** The SDK of a process is as its environment says: batches are sent at once here. */
async function start(t: Test, settings: object = {}): Promise<TracedStage> {
  const collector = await startCollector()
  t.teardown(() => collector.close())
  process.env.OTEL_BSP_SCHEDULE_DELAY = '50'
  process.env.OTEL_RESOURCE_ATTRIBUTES = 'deployment.environment.name=test'
  t.teardown(() => {
    delete process.env.OTEL_BSP_SCHEDULE_DELAY
    delete process.env.OTEL_RESOURCE_ATTRIBUTES
  })
  const stage = await startProcessStage(t, {
    settings: { tracing: { endpoint: collector.endpoint, ...settings } },
  })
  return Object.assign(stage, { collector })
}

async function ask(
  { port }: EdgeProcessStage,
  line: string,
  headers = '',
  certificate = client,
): Promise<WireResponse> {
  const bytes = request(line, headers)
  const options = { port, servername: ALIAS, ca: servers.root.pem, bytes, certificate }
  const { response } = await rawTlsRequest(options)
  if (response === null) throw new Error('no answer')
  return response
}

t.test(
  "a request is one trace from the client to Auth0, with the edge's spans in between",
  async (t) => {
    const stage = await start(t)
    const answer = await ask(stage, 'POST /oauth/token?code=secret', FROM_CLIENT)
    const spans = await stage.collector.waitFor(2)
    const server = spans.find(({ kind }) => kind === 2)
    const way = spans.find(({ kind }) => kind === 3)
    t.match(server, {
      traceId: TRACE,
      parentSpanId: 'b7ad6b7169203331',
      attributes: {
        'http.request.method': 'POST',
        'url.path': '/oauth/token',
        'mtls_edge.request_id': answer.headers['x-request-id'],
        'mtls_edge.verdict': 'ca-verified',
      },
    })
    t.match(way, { traceId: TRACE, parentSpanId: server?.spanId, name: 'auth0' })
    t.equal(Number(server?.attributes['http.response.status_code']), 200)
    const [reached] = stage.upstream.requests
    t.same(reached?.valuesOf('traceparent'), [`00-${TRACE}-${way?.spanId}-01`])
    t.same(reached?.valuesOf('tracestate'), ['vendor=1'])
    t.match(stage.collector.resource, {
      'service.name': 'mtls-edge',
      'deployment.environment.name': 'test',
    })
    t.notMatch(stage.collector.bodies.join(), /secret/, 'no query: it may hold anything')
  },
)

t.test('every other end has its span too, and says why', async (t) => {
  const stage = await start(t)
  const expired = clients.client({ notAfter: new Date(Date.now() - 60_000) })
  t.equal((await ask(stage, 'POST /oauth/token', '', expired)).status, 401)
  t.equal((await ask(stage, 'GET /not/there')).status, 404)
  t.equal((await ask(stage, 'PROPFIND /oauth/token')).status, 405)
  t.equal((await ask(stage, 'GET /%zz')).status, 400, 'which the router can not read')
  await stage.upstream.close()
  t.equal((await ask(stage, 'POST /oauth/token')).status, 502)
  const spans = await stage.collector.waitFor(5)
  const reasons = spans.map(({ attributes }) => attributes['mtls_edge.reason'])
  for (const reason of ['expired', 'path_not_allowed', 'upstream_unreachable'])
    t.ok(reasons.includes(reason), reason)
  t.match(
    spans.find(({ kind }) => kind === 3),
    { status: 2 },
  )
  t.equal(new Set(spans.map(({ traceId }) => traceId)).size, 4, 'a trace of its own each')
})

t.test('a collector that is away delays nothing, and is told of once', async (t) => {
  const stage = await start(t)
  stage.collector.answer(400)
  for (let count = 0; count < 5; count += 1)
    t.equal((await ask(stage, 'POST /oauth/token')).status, 200)
  t.match(await stage.nextLine('tracing'), { message: 'traces do not arrive' })
  const { status, body } = await stage.readyz()
  t.equal(status, 200)
  t.match(body, { status: 'degraded', parts: { tracing: { state: 'degraded', since: String } } })
  stage.collector.answer(200)
  await ask(stage, 'POST /oauth/token')
  t.match(await stage.nextLine('tracing'), { message: 'traces arrive again' })
  t.match((await stage.readyz()).body, { parts: { tracing: { state: 'ready' } } })
})

t.test('what a client says of sampling counts for nothing', async (t) => {
  // The attack: with the flag of its traceparent set, a client has each of its requests traced, at the operator's cost.
  const stage = await start(t, { sampleRatio: 0 })
  const sampled = FROM_CLIENT.replace('-00\r\n', '-01\r\n')
  await ask(stage, 'POST /oauth/token', sampled)
  const [reached] = stage.upstream.requests
  t.match(reached?.valuesOf('traceparent'), [new RegExp(`^00-${TRACE}-[\\da-f]{16}-00$`)])
  const sampler = createSampler(0.5, () => 0.4)
  t.match(String(sampler), /ByChance\{0\.5\}/)
  stage.child.kill('SIGTERM')
  await stage.nextLine('stopped')
  t.same(stage.collector.spans, [])
})

t.test('without an endpoint nothing of it is loaded, and traceparent passes', async (t) => {
  const stage = await startProcessStage(t)
  await ask(stage, 'POST /oauth/token', FROM_CLIENT)
  t.same(stage.upstream.requests[0]?.valuesOf('traceparent'), [`00-${TRACE}-b7ad6b7169203331-00`])
  t.notMatch((await stage.readyz()).body.parts, { tracing: {} })
  const program = new URL('../dist/service/start-edge.js', import.meta.url).href
  const script = `await import('${program}')
    const { createRequire } = await import('node:module')
    console.log(Object.keys(createRequire('${program}').cache).join('\\n'))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script])
  t.match(stdout, /fastify\.js/, 'what is loaded is listed')
  t.notMatch(stdout, /opentelemetry|@fastify\Wotel/)
})
