import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPki, issueCertificate, issueOcspResponse, ocspNoCheck } from '@mtls-edge/testkit'
import t from 'tap'

const pki = createPki()
const issuer = pki.intermediate
const certificate = pki.client()
const delegate = issueCertificate({
  subject: 'responder',
  issuer,
  extendedKeyUsage: ['OCSPSigning'],
  extraExtensions: [ocspNoCheck()],
})
const skip = spawnSync('openssl', ['version']).error ? 'openssl is not installed' : false

t.test('openssl believes and understands what a responder answers', { skip }, async (t) => {
  const folder = t.testdir({})
  const save = (name: string, content: string | Buffer) => {
    const file = join(folder, name)
    writeFileSync(file, content)
    return file
  }
  const files = [
    ['-issuer', save('issuer.pem', issuer.pem)],
    ['-cert', save('leaf.pem', certificate.pem)],
    ['-CAfile', save('root.pem', pki.root.pem)],
    ['-verify_other', save('chain.pem', issuer.pem)],
  ].flat()
  const ask = (response: Buffer, ...more: readonly string[]) => {
    const input = save('response.der', response)
    const args = ['ocsp', '-respin', input, '-no_nonce', '-resp_text', ...more, ...files]
    const { stdout, stderr } = spawnSync('openssl', args)
    return `${stdout}${stderr}`
  }
  const by = { responder: issuer }
  const good = ask(issueOcspResponse({ ...by, answers: [{ certificate }] }))
  t.match(good, 'Response verify OK')
  t.match(good, /leaf\.pem: good/)
  t.match(good, /Responder Id: CN ?= ?Test Intermediate/)

  const sha256 = ask(
    issueOcspResponse({ ...by, answers: [{ certificate, hash: 'sha256' }] }),
    '-sha256',
  )
  t.match(sha256, 'Hash Algorithm: sha256')
  t.match(sha256, /leaf\.pem: good/)

  const revokedAt = new Date('2024-02-29T12:00:00Z')
  const revoked = { certificate, status: 'revoked', reason: 'keyCompromise', revokedAt } as const
  const answer = ask(issueOcspResponse({ ...by, answers: [revoked] }))
  t.match(answer, /leaf\.pem: revoked/)
  t.match(answer, /Reason: keyCompromise/)
  t.match(answer, 'Revocation Time: Feb 29 12:00:00 2024 GMT')

  const unknown = issueOcspResponse({ ...by, answers: [{ certificate, status: 'unknown' }] })
  t.match(ask(unknown), /leaf\.pem: unknown/)

  const answers = [{ certificate, nextUpdate: null }]
  const byKey = ask(issueOcspResponse({ responder: delegate, responderId: 'key', answers }))
  t.match(byKey, 'Response verify OK')
  t.match(byKey, /Responder Id: [0-9A-F]{40}/)
  t.notMatch(byKey, 'Next Update')

  const stale = [{ certificate, nextUpdate: new Date(Date.now() - 1_000_000) }]
  t.match(ask(issueOcspResponse({ ...by, answers: stale })), 'status expired')
  t.match(ask(issueOcspResponse({ ...by, answers, flipSignatureBit: 300 })), 'Verify Failure')
  t.match(ask(issueOcspResponse({ ...by, answers, signingKey: delegate })), 'Verify Failure')
  t.match(ask(issueOcspResponse({ responder: certificate, answers })), 'Verify Failure')
  t.match(ask(issueOcspResponse({ ...by, answers, responseStatus: 'tryLater' })), /trylater/i)
  t.match(ask(issueOcspResponse({ ...by, answers, nonce: Buffer.from('abcd') })), 'OCSP Nonce')
})
