import t from 'tap'
import { bad, refuseAll } from './configuration-case.ts'
import { change, findProblems, load } from './configuration-fixture.ts'

const limits = (text: string): string => change('20s', `20s\nlimits: { ${text} }`)

// biome-ignore format: one line a case
refuseAll([
  bad('a handshake that nobody can finish', limits('handshakeTimeout: 10ms'), 'limits.handshakeTimeout', 4, /cut off honest clients/, /1s or more/),
  bad('a handshake that may last for ever', limits('handshakeTimeout: 1h'), 'limits.handshakeTimeout', 4, /slow clients hold/, /2m at the most/),
  bad('headers that may last for ever', limits('headersTimeout: 1d'), 'limits.headersTimeout', 4, /slow clients hold/, /2m at the most/),
  bad('a body that ends before its headers', limits('headersTimeout: 20s, bodyTimeout: 19s'), 'limits.bodyTimeout', 4, /shorter than `headersTimeout`/, /20s or more/),
  bad('connections that are never kept', limits('idleTimeout: 0s'), 'limits.idleTimeout', 4, /honest clients/, /1s or more/),
  bad('less patience than Auth0 needs', limits('stallTimeout: 20s'), 'limits.stallTimeout', 4, /wait for Auth0's answer/, /30s or more/),
  bad('a handshake for each request', limits('requestsPerConnection: 1'), 'limits.requestsPerConnection', 4, /a handshake every few requests/, /10 or more/),
  bad('fewer connections than workers', change('tlsProfile: fapi2', 'workers: 4').replace('20s', '20s\nlimits: { connections: 3 }'), 'limits.connections', 4, /each of the 4 workers/, /4 or more/),
  bad('more connections than a machine holds', limits('connections: 1000001'), 'limits.connections', 4, /more than one machine/, /1000000 at the most/),
  bad('no connection at all of an address', limits('connectionsPerAddress: 0'), 'limits.connectionsPerAddress', 4, /out of range/, /from 1/),
  bad('a word for no limit', limits('connectionsPerCertificate: off'), 'limits.connectionsPerCertificate', 4, /text where a whole number/, /write/),
  bad('headers too small for a token', limits('headerBytes: 2048'), 'limits.headerBytes', 4, /a token and a DPoP proof/, /4096 or more/),
  bad('more header lines than can be checked', limits('headerCount: 1000'), 'limits.headerCount', 4, /more than can be checked/, /400 at the most/),
  bad('a URL longer than all headers', limits('urlBytes: 20000'), 'limits.urlBytes', 4, /more than `headerBytes`/, /16384 at the most/),
  bad('a body too small for a token request', limits('bodyBytes: 100'), 'limits.bodyBytes', 4, /honest clients/, /1024 or more/),
  bad('a limit that is none', limits('headerByte: 4096'), 'limits.headerByte', 4, /not a key/, /headerBytes/),
])

t.test('takes limits that make sense', async (t) => {
  const text = limits(
    'handshakeTimeout: 5s, headerBytes: 32768, urlBytes: 32768, connectionsPerAddress: 50',
  )
  t.match(load(text).limits, {
    handshakeTimeout: 5_000,
    headersTimeout: 10_000,
    urlBytes: 32_768,
    connectionsPerAddress: 50,
    connectionsPerCertificate: null,
  })
  t.same(findProblems(text), [])
})
