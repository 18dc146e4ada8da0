import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bulkSerialNumber, createPki, issueCrl } from '@mtls-edge/testkit'
import t from 'tap'

const pki = createPki()
const issuer = pki.intermediate
const skip = spawnSync('openssl', ['version']).error ? 'openssl is not installed' : false

function textOf(der: Buffer): string {
  return execFileSync('openssl', ['crl', '-inform', 'DER', '-noout', '-text'], {
    input: der,
  }).toString()
}

t.test('openssl reads a full CRL as it was asked for', { skip }, async (t) => {
  const client = pki.client()
  const crl = issueCrl({
    issuer,
    crlNumber: 4711n,
    thisUpdate: new Date('2030-01-01T00:00:00Z'),
    nextUpdate: new Date('2050-06-01T12:34:56Z'),
    revoked: [
      { serialNumber: client, reason: 'keyCompromise', invalidityDate: new Date(0) },
      { serialNumber: 0x1234, revocationDate: new Date('2029-12-24T00:00:00Z') },
    ],
  })
  const text = textOf(crl.der)
  t.match(text, 'Version 2 (0x1)')
  t.match(text, /Issuer: CN ?= ?Test Intermediate/)
  t.match(text, 'Last Update: Jan  1 00:00:00 2030 GMT')
  t.match(text, 'Next Update: Jun  1 12:34:56 2050 GMT')
  t.match(text, /X509v3 CRL Number:\s+4711/)
  t.match(text, `Serial Number: ${client.serialNumber.toString('hex').toUpperCase()}`)
  t.match(text, /X509v3 CRL Reason Code:\s+Key Compromise/)
  t.match(text, /Invalidity Date:\s+Jan {2}1 00:00:00 1970 GMT/)
  t.match(text, /Serial Number: 1234\s+Revocation Date: Dec 24 00:00:00 2029 GMT/)
})

t.test(
  'openssl reads delta, indirect and partitioned CRLs as they were asked for',
  { skip },
  async (t) => {
    const delta = textOf(issueCrl({ issuer, crlNumber: 8, deltaOf: 7 }).der)
    t.match(delta, /X509v3 Delta CRL Indicator: critical\s+7/)
    const scoped = issueCrl({
      issuer,
      issuingDistributionPoint: {
        fullName: [{ uri: 'http://crl.example/1' }],
        onlyContainsUserCerts: true,
        onlySomeReasons: ['keyCompromise', 'superseded'],
        indirectCrl: true,
      },
      revoked: [
        { serialNumber: 5, certificateIssuer: [{ directory: { CN: 'Another CA' } }] },
        { serialNumber: 6, reason: 'removeFromCRL' },
      ],
      freshestCrl: ['http://crl.example/delta'],
    })
    const text = textOf(scoped.der)
    t.match(text, /Issuing Distribution Point: critical[\s\S]*http:\/\/crl\.example\/1/)
    t.match(text, 'Only User Certificates')
    t.match(text, /Only Some Reasons:\s+Key Compromise, Superseded/)
    t.match(text, 'Indirect CRL')
    t.match(text, /Certificate Issuer: critical\s+DirName:\s?\/?CN ?= ?Another CA/)
    t.match(text, 'Remove From CRL')
    t.match(text, /Freshest CRL:[\s\S]*http:\/\/crl\.example\/delta/)
    const relative = issueCrl({
      issuer,
      issuingDistributionPoint: { relativeName: [{ type: 'OU', value: 'part 1' }] },
    })
    t.match(textOf(relative.der), /Relative Name:\s+OU ?= ?part 1/)
  },
)

t.test('a CRL of version 1, without an end, without a number', { skip }, async (t) => {
  const text = textOf(issueCrl({ issuer, version: 1, nextUpdate: null, bulk: 1 }).der)
  t.match(text, 'Version 1 (0x0)')
  t.match(text, 'Next Update: NONE')
  t.notMatch(text, 'extensions')
  t.notMatch(textOf(issueCrl({ issuer, crlNumber: null }).der), 'CRL Number')
})

t.test('openssl verify believes the CRL of the right signer alone', { skip }, async (t) => {
  const folder = t.testdir({})
  const client = pki.client()
  const other = createPki().intermediate
  const save = (name: string, text: string) => {
    const file = join(folder, name)
    writeFileSync(file, text)
    return file
  }
  const verify = (crl: string) => {
    const files = [
      '-CAfile',
      save('root.pem', pki.root.pem),
      '-untrusted',
      save('i.pem', issuer.pem),
    ]
    const args = ['verify', '-crl_check', '-CRLfile', save('crl.pem', crl), ...files]
    const { status, stdout, stderr } = spawnSync('openssl', [...args, save('c.pem', client.pem)])
    return `${status} ${stdout}${stderr}`
  }
  const revoked = [{ serialNumber: client }]
  const past = new Date(Date.now() - 1000)
  t.match(verify(issueCrl({ issuer }).pem), /^0 .*: OK/)
  t.match(verify(issueCrl({ issuer, revoked }).pem), /^2 [\s\S]*certificate revoked/)
  t.match(verify(issueCrl({ issuer, nextUpdate: past }).pem), /^2 [\s\S]*CRL has expired/)
  t.match(verify(issueCrl({ issuer, signingKey: other }).pem), /CRL signature failure/)
  t.match(verify(issueCrl({ issuer, flipSignatureBit: 300 }).pem), /CRL signature failure/)
  t.match(
    verify(issueCrl({ issuer: other }).pem),
    /unable to get certificate CRL|signature failure/,
  )
})

t.test('a million entries are made within seconds, each one in its place', { skip }, async (t) => {
  const start = performance.now()
  const { der } = issueCrl({ issuer, bulk: 1_000_000 })
  t.ok(performance.now() - start < 8000)
  for (const index of [0, 1, 65_536, 999_999]) {
    t.ok(der.includes(bulkSerialNumber(index)), `entry ${index}`)
  }
  t.notOk(der.includes(bulkSerialNumber(1_000_000)))
  const small = textOf(issueCrl({ issuer, bulk: 1000 }).der)
  t.equal(small.match(/Serial Number: /g)?.length, 1000)
})
