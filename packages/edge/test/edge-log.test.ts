import { issueCertificate } from '@mtls-edge/testkit'
import t from 'tap'
import { API_KEY, CUSTOM, clients, request, startEdgeStage } from './edge-stage.ts'

t.test('one line a request says who came, the verdict, and how it ended', async (t) => {
  const stage = await startEdgeStage(t)
  const client = clients.client({ subject: { CN: 'Client One', O: 'Example Bank' } })
  await stage.ask({ bytes: request('POST /oauth/token?a=secret'), certificate: client })
  const [line, ...more] = stage.log.filter(({ event }) => event === 'request')
  t.match(line, {
    domain: CUSTOM,
    host: `mtls.${CUSTOM}`,
    method: 'POST',
    path: '/oauth/token',
    status: 200,
    verdict: 'ca-verified',
    reason: null,
    thumbprint: client.thumbprint,
    subject: /CN=Client One/,
    remoteAddress: '127.0.0.1',
    durationMs: Number,
    auth0Ms: Number,
  })
  t.equal(more.length, 0)
  t.notMatch(stage.output(), /a=secret/, 'no query: it may hold anything')
})

t.test('a refusal has its reason and the detail that the client is not told', async (t) => {
  const stage = await startEdgeStage(t)
  const expired = clients.client({ notAfter: new Date(Date.now() - 60_000) })
  const response = await stage.ask({ bytes: request('POST /oauth/token'), certificate: expired })
  const [line] = stage.log.filter(({ event }) => event === 'request')
  t.match(line, { status: 401, verdict: 'refused', reason: 'expired', detail: /\d{4}-\d\d-\d\d/ })
  t.match(line, { thumbprint: expired.thumbprint })
  t.notMatch(response.text, /\d{4}-\d\d-\d\d/)
})

t.test('what a client chose cannot act on whoever reads the log', async (t) => {
  // The attack: names and paths with line breaks, escape sequences and direction marks forge log lines or hide others on
  // a terminal.
  const stage = await startEdgeStage(t)
  const evil = 'a\n{"event":"request","status":200}\u001b[2J\u202e\u0000'
  const certificate = issueCertificate({ subject: { CN: evil }, extensions: 'none' })
  await stage.ask({ bytes: request('POST /oauth/token'), certificate })
  await stage.ask({ bytes: request(`GET /${'x'.repeat(5000)}`), certificate })
  for (const line of stage.output().trimEnd().split('\n')) {
    t.doesNotThrow(() => JSON.parse(line))
    t.notMatch(line, /[\p{Cc}\p{Cf}]/u)
    t.ok(line.length < 4000, 'long fields are cut')
  }
  const subjects = stage.log.map(({ subject }) => String(subject))
  t.ok(
    subjects.every((subject) => !/[\n\u202e]/.test(subject)),
    'also once the JSON is parsed',
  )
})

t.test('the API key and private keys are in no line, whatever happens', async (t) => {
  const stage = await startEdgeStage(t)
  const client = clients.client()
  const ask = (line: string, headers = ''): Promise<unknown> =>
    stage.ask({ bytes: request(line, headers), certificate: client })
  await ask('POST /oauth/token')
  await ask('POST /oauth/token', `cname-api-key: ${API_KEY}\r\n`)
  stage.upstream.answerWith(({ incoming }) => {
    incoming.socket.destroy()
  })
  await ask('POST /oauth/token')
  await stage.upstream.close()
  await ask('POST /oauth/token')
  t.match(stage.output(), /upstream_unreachable/)
  t.notMatch(stage.output(), API_KEY)
  t.notMatch(stage.output(), /PRIVATE KEY/)
})
