// The attack: say it yourself. Whatever header Auth0 could read as ours, a client tries to bring along: in every spelling, twice,
// folded over a line, as a trailer, named in Connection so that ours is taken away, behind bytes that some reader skips, or
// under a name that means something to a JavaScript object. On the alias it comes with a certificate of its own, on the custom
// domain with none. What reaches the target must be exactly what the edge has set.
import { rawTlsRequest } from '@mtls-edge/testkit'
import t from 'tap'
import {
  ALIAS,
  API_KEY,
  CUSTOM,
  clients,
  request,
  servers,
  startEdgeStage,
} from '../../packages/edge/test/edge-stage.ts'

const certificate = clients.client({ subject: { CN: 'client' } })
const OURS = ['client-certificate', 'client-certificate-ca-verified', 'cname-api-key']
const spellings = [
  ...OURS,
  ...OURS.map((name) => name.toUpperCase()),
  ...OURS.map((name) => name.replaceAll('-', '_')),
  ...OURS.map((name) => name.replaceAll('-', '.')),
  ...OURS.map((name) => name.replaceAll('-', '--')),
  ...OURS.map((name) => name.replaceAll('-', '')),
  ...OURS.map((name) => `http-${name}`),
  ...OURS.map((name) => `x-${name}`),
  ...OURS.map((name) => `${name}-`),
  ...OURS.map((name) => `${name}~`),
  ...[
    'ssl-client-cert',
    'x-ssl-client-verify',
    'x-forwarded-client-cert',
    'client-cert',
    'x-real-ip',
  ],
  ...['forwarded', 'x-forwarded-for', 'true-client-ip', 'cf-connecting-ip', 'proxy-authorization'],
]
const forgery = spellings.map((name) => `${name}: forged\r\n`).join('')
const trailers = `0\r\n${OURS.map((name) => `${name}: forged\r\n`).join('')}\r\n`

/** What is let through, with nothing of it left that was forged. */
const harmless: Record<string, (host: string) => string> = {
  'in every spelling': (host) => request('POST /oauth/token', forgery, host, 'a=b'),
  'named in Connection': (host) =>
    request(
      'POST /oauth/token',
      `Connection: ${[...OURS, 'x-forwarded-for', 'transfer-encoding'].join(', ')}\r\n${forgery}`,
      host,
      'a=b',
    ),
  'as trailers': (host) =>
    request('POST /oauth/token', 'Transfer-Encoding: chunked\r\nTrailer: cname-api-key\r\n', host) +
    `3\r\na=b\r\n${trailers}`,
  'beside names of JavaScript objects': (host) =>
    request(
      'POST /oauth/token',
      `__proto__: forged\r\nconstructor: a\r\ntoString: b\r\n${forgery}`,
      host,
      'a=b',
    ),
}

/** What is no HTTP, or too much of it. */
const refused: Record<string, string> = {
  'folded over a line': 'X-A: b\r\n client-certificate: forged\r\n',
  'with a space before the colon': 'client-certificate : forged\r\n',
  'with a tab before the colon': 'client-certificate\t: forged\r\n',
  'behind a bare line feed': 'X-A: b\nclient-certificate: forged\r\n',
  'behind a bare carriage return': 'X-A: b\rclient-certificate: forged\r\n',
  'behind a NUL': 'X-A: b\0\r\nclient-certificate: forged\r\n',
  'with a letter beyond ASCII': 'clien\xf4-certificate: forged\r\n',
  'without a name': ': forged\r\n',
  'as the hundred-and-first line': `${'x: y\r\n'.repeat(100)}client-certificate: forged\r\n`,
}

t.test('what a client says of itself never reaches the target', async (t) => {
  const stage = await startEdgeStage(t)
  for (const servername of [ALIAS, CUSTOM]) {
    for (const [name, write] of Object.entries(harmless)) {
      const identity = servername === ALIAS ? { certificate } : {}
      const answer = await stage.ask({ servername, bytes: write(servername), ...identity })
      const seen = await stage.upstream.nextRequest()
      t.equal(answer.status, 200, `${servername}, ${name}`)
      t.notMatch([...seen.rawHeaders, ...seen.rawTrailers].join('\n'), /forged/)
      t.same(seen.valuesOf('cname-api-key'), [API_KEY])
      const verified = servername === ALIAS ? ['SUCCESS'] : []
      t.same(seen.valuesOf('client-certificate-ca-verified'), verified)
      t.equal(seen.valuesOf('client-certificate').length, verified.length)
      t.same(seen.valuesOf('x-forwarded-for'), ['127.0.0.1'])
      t.notMatch(answer.text, API_KEY)
    }
  }
  t.notMatch(stage.output(), API_KEY)
})

t.test('headers that readers could see differently are refused', async (t) => {
  const stage = await startEdgeStage(t)
  for (const [name, headers] of Object.entries(refused)) {
    const { response } = await rawTlsRequest({
      port: stage.edge.port,
      servername: ALIAS,
      ca: servers.root.pem,
      certificate,
      bytes: request('POST /oauth/token', headers),
    })
    t.match(String(response?.status), /^4(?:00|31)$/, name)
  }
  t.equal(stage.upstream.requests.length, 0)
})
