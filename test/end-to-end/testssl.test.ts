import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPki, startRecordingUpstream } from '@mtls-edge/testkit'
import t from 'tap'
import { startEdgeUnderTest } from './edge-under-test.ts'

const CUSTOM = 'auth.example.com'
const ALIAS = 'mtls.auth.example.com'
/** Debian's package testssl.sh names it so. */
const SCANNER = 'testssl'
const DAY = 86_400_000
/** In milliseconds, for both hosts at a time: 58 s were measured on two cores that others used as well. */
const MOST_TIME = 105_000
/** Of what the scanner printed last, in characters: enough to see where it was. */
const PRINTED = 2_000
/** Below the 120 s that a test file may take. */
const TEST_TIMEOUT = 115_000

/**
 * Protocols, cipher categories, forward secrecy, the server's preference, its certificate, and every known vulnerability.
 * Left out, since together they take as long again: each of 370 ciphers on its own (the selftest offers 2,000), and
 * simulated clients, which only inform. HTTP headers are left out too: they are Auth0's, but for HSTS, which has tests.
 */
const PARTS = ['-p', '-s', '-f', '-P', '-S', '-U']

/** Severities that must not come; WARN is testssl's word for a test that did not work. */
const REFUSED = new Set(['MEDIUM', 'HIGH', 'CRITICAL', 'FATAL', 'WARN'])

/** Findings that say something of this test's surroundings, and nothing of the edge. */
const EXPLAINED: Readonly<Record<string, string>> = {
  cert_revocation:
    'the throw-away authority of the server certificate publishes no CRL and has no OCSP responder',
  secure_renego:
    "testssl 3.0 asks with Debian's OpenSSL and without SNI, which the edge refuses; that the edge sends renegotiation_info is asserted below, and in the selftest",
  engine_problem:
    "the scanner's own OpenSSL has no suites of GOST to offer; the selftest offers every suite outside the profile",
  sessionresumption_ticket:
    'testssl hangs up before the tickets of TLS 1.3 have come and then offers an empty file; that nothing resumes has tests of its own',
}

/** What must be among the findings: an empty list would prove nothing. */
const EXPECTED: Readonly<Record<string, RegExp>> = {
  SSLv2: /not offered/,
  SSLv3: /not offered/,
  TLS1: /not offered/,
  TLS1_1: /not offered/,
  TLS1_2: /offered/,
  TLS1_3: /offered/,
  cipherlist_3DES_IDEA: /not offered/,
  cipherlist_AVERAGE: /not offered/,
  PFS: /offered/,
  cipher_order: /server/,
  TLS_extensions: /renegotiation info/,
  sessionresumption_ticket: /^(?:not supported|check failed because of connect problem)$/,
  cert_trust: /Ok via SAN/,
  cert_chain_of_trust: /passed/,
  heartbleed: /not vulnerable/,
  secure_client_renego: /not vulnerable/,
  CRIME_TLS: /not vulnerable/,
  POODLE_SSL: /not vulnerable/,
  SWEET32: /not vulnerable/,
  LUCKY13: /not vulnerable/,
  RC4: /not vulnerable/,
}

interface ScanFinding {
  readonly id: string
  readonly severity: string
  readonly finding: string
}

const { CI } = process.env
const isMissing = spawnSync(SCANNER, ['--version'], { stdio: 'ignore' }).error !== undefined
const skip =
  isMissing && CI !== 'true' ? 'testssl is not installed: apt-get install testssl.sh' : false

t.setTimeout(TEST_TIMEOUT)
t.test(
  'testssl.sh finds nothing of severity medium or above on either host',
  { skip },
  async (t) => {
    t.notOk(isMissing, 'testssl is installed: CI must have it')
    if (isMissing) return
    const pki = createPki()
    const upstream = await startRecordingUpstream({ certificate: pki.server('localhost') })
    t.teardown(() => upstream.close())
    const edge = await startEdgeUnderTest(t, [
      {
        customDomain: CUSTOM,
        mtlsDomain: ALIAS,
        server: pki.server([CUSTOM, ALIAS], { notAfter: new Date(Date.now() + 365 * DAY) }),
        forwardingTarget: `https://localhost:${upstream.port}`,
        upstreamRoot: pki.root,
        cnameApiKey: 'the-api-key',
        clientRoots: [pki.root],
      },
    ])
    const directory = t.testdir({ 'root.pem': pki.root.pem })
    const scans = [CUSTOM, ALIAS].map(async (host) => ({
      host,
      findings: await scan(host, edge.port, `${directory}/root.pem`, `${directory}/${host}.json`),
    }))
    for (const { host, findings } of await Promise.all(scans)) {
      for (const { id, severity, finding } of findings) {
        if (!REFUSED.has(severity)) continue
        const reason = EXPLAINED[id]
        if (reason === undefined) t.fail(`${host}: ${severity} ${id}: ${finding}`)
        else t.comment(`${host}: ${severity} ${id} can't apply: ${reason}`)
      }
      for (const [id, expected] of Object.entries(EXPECTED)) {
        const seen = findings.find((one) => one.id === id)?.finding
        t.match(seen, expected, `${host}: ${id}`)
      }
    }
  },
)

/** Every finding of one host, of any severity: `--severity MEDIUM` would not show what was looked at. */
async function scan(
  host: string,
  port: number,
  roots: string,
  file: string,
): Promise<readonly ScanFinding[]> {
  const scanner = spawn(
    SCANNER,
    [
      ...[...PARTS, '--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'none'],
      ...['--ip', '127.0.0.1', '--add-ca', roots, '--jsonfile', file, `${host}:${port}`],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], timeout: MOST_TIME },
  )
  let printed = ''
  for (const output of [scanner.stdout, scanner.stderr]) {
    output.setEncoding('utf8').on('data', (text) => {
      printed = (printed + text).slice(-PRINTED)
    })
  }
  const began = performance.now()
  const closed = once(scanner, 'close')
  const [code, signal] = await once(scanner, 'exit')
  try {
    // 1: exactly one finding is ambiguous, and which ones may be is judged by the findings.
    if (code !== 0 && code !== 1) throw new Error('a scan ends with 0 or 1')
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    // What it printed at last may be on its way; programs that it has left behind may hold the end of that up.
    await Promise.race([closed, sleep(1_000)])
    const seconds = Math.round((performance.now() - began) / 1000)
    const how = `${code ?? signal} after ${seconds} s`
    throw new Error(`the scan of ${host} ended with ${how}, and printed:\n${printed}`, { cause })
  }
}
