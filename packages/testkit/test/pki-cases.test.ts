import { spawnSync } from 'node:child_process'
import { verify } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { caseTable, type OddCase, pemOf } from '@mtls-edge/testkit'
import t from 'tap'

const table = caseTable()
const skip = spawnSync('openssl', ['version']).error ? 'openssl is not installed' : false

/** Where openssl decides otherwise than the table, and why the table is right. */
const OPENSSL_DIFFERS: ReadonlyMap<string, string> = new Map([
  [
    'in its last second',
    'it takes the moment of notAfter for expired; RFC 5280 4.1.2.5 has it inclusive',
  ],
  ['the wrong twin first', 'it does not go back when a signature does not hold'],
  ['a cross-signed CA', 'it does not go back from a root that it does not trust'],
  ['a bridge', 'it does not go back from a root that it does not trust'],
  ['a CA as client', 'it lets a CA certificate be an end entity'],
  ['a hundred CAs in a line', 'its limit of depth is a hundred'],
])

t.test('every case has a name of its own, and says why it is odd', async (t) => {
  t.equal(new Set(table.map((odd) => odd.name)).size, table.length)
  t.ok(table.every((odd) => odd.why.length > 5))
  const count = (verdict: OddCase['verdict']) =>
    table.filter((odd) => odd.verdict === verdict).length
  t.ok(count('refused') >= 150, `${count('refused')} refused`)
  t.ok(count('accepted') >= 30, `${count('accepted')} accepted`)
})

t.test('who may refuse has a reason, and who accepts has none', async (t) => {
  for (const { name, verdict, reasons } of table) {
    t.equal(reasons.length > 0, verdict !== 'accepted', name)
    t.ok(reasons.every((reason) => /^[a-z]+(_[a-z]+)*$/.test(reason)))
  }
})

/**
 * Were the signature spoilt by the fault, a reader that overlooks the fault would still refuse the certificate, and the case
 * would show nothing.
 */
t.test('a fault inside of the signed part is signed by the issuer', async (t) => {
  const inside = table.filter(({ kind, reasons, der }) => {
    return kind === 'ca-signed' && reasons[0] === 'malformed_certificate' && isFramed(der)
  })
  const unsigned = inside.filter((odd) => !isSigned(odd)).map(({ name }) => name)
  // Here the fault lies around the signed part, or this test does not read the signed part's length.
  t.strictSame(unsigned, [
    'an element after the signature',
    'an indefinite length of the signed part',
    'a thousand SEQUENCEs in one another',
    'a constructed BIT STRING as signature',
  ])
  t.ok(inside.length > 70, `${inside.length} cases`)
})

t.test('openssl agrees, but for the differences that are known', { skip }, async (t) => {
  const folder = t.testdir({})
  const clear = table.filter(({ kind, reasons }) => {
    // What is malformed or weak is a matter of policy, and openssl's is a loose one.
    return kind === 'ca-signed' && !reasons.some((reason) => /^(malformed|weak)_/.test(reason))
  })
  for (const odd of clear) {
    const verdict = opensslAccepts(odd, folder) ? 'accepted' : 'refused'
    if (OPENSSL_DIFFERS.has(odd.name)) t.not(verdict, odd.verdict, odd.name)
    else t.equal(verdict, odd.verdict, odd.name)
  }
})

t.test('the table can be made for any time', async (t) => {
  const at = new Date('2051-01-01T00:00:00Z')
  const plain = caseTable(at).find(({ name }) => name === 'self-signed')
  t.strictSame(plain?.at, at)
  t.equal(plain?.issued.x509.validTo, 'Jan 11 00:00:00 2051 GMT')
})

function opensslAccepts({ at, der, chain, trustAnchors, name }: OddCase, folder: string): boolean {
  const file = (label: string, certificates: readonly Buffer[]) => {
    const path = join(folder, label)
    writeFileSync(path, certificates.map((one) => pemOf('CERTIFICATE', one)).join(''))
    return path
  }
  const anchors = trustAnchors.length > 0 ? ['-CAfile', file('anchors', trustAnchors)] : []
  const untrusted = chain.length > 0 ? ['-untrusted', file('chain', chain)] : []
  const partial = name === 'an intermediate as the anchor' ? ['-partial_chain'] : []
  const time = String(at.getTime() / 1000)
  const policy = ['-policy_check', '-policy', '2.5.29.32.0']
  const options = ['-no-CAfile', '-no-CApath', '-purpose', 'sslclient', '-attime', time, ...policy]
  const args = ['verify', ...options, ...partial, ...anchors, ...untrusted, file('leaf', [der])]
  return spawnSync('openssl', args, { timeout: 10_000 }).status === 0
}

/** Whether the outermost frame is a SEQUENCE of its whole length, long form with two octets. */
function isFramed(der: Buffer): boolean {
  if (der.length < 8) return false
  return der.readUInt16BE(0) === 0x3082 && der.readUInt16BE(2) === der.length - 4
}

function isSigned({ der, issued }: OddCase): boolean {
  const key = issued.issuer?.publicKey
  const end = endOfElement(der, 4)
  const algorithmEnd = endOfElement(der, end)
  const signature = der.subarray(algorithmEnd + 3)
  return key !== undefined && verify('sha256', der.subarray(4, end), key, signature)
}

/** Where the element at `start` ends; the end of all for a length that is not read here. */
function endOfElement(der: Buffer, start: number): number {
  const first = der[start + 1] ?? 0x80
  if (first < 0x80) return start + 2 + first
  if (first === 0x80 || first > 0x84) return der.length
  const octets = first & 0x7f
  return Math.min(der.length, start + 2 + octets + der.readUIntBE(start + 2, octets))
}
