import { readCertificate } from '@mtls-edge/path-validation'
import { type CrlOptions, createPki, issueCertificate, issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import { type FetchedCrl, loadCrl } from '../dist/revocation/load-crl.js'
import { root } from './crl-stage.ts'

/** The same CA with its next key. */
const renewed = issueCertificate({ subject: { CN: 'Test Root' }, ca: true })
const wanted = {
  address: 'http://ca.example.com/root.crl',
  authorities: [root, renewed].map(({ der }) => readCertificate(der)),
  maxBytes: 100_000,
  timeout: 1000,
}
const crl = (options: Partial<CrlOptions>): Buffer => issueCrl({ issuer: root, ...options }).der

/** What is had when a server has this list, by who had another one before. */
async function load(body: Uint8Array | null, previous: FetchedCrl | null = null) {
  const validators = { etag: null, lastModified: null }
  const loaded = await loadCrl(wanted, previous, async () => ({ body, validators }))
  return loaded.value
}

t.test('a list that is sent again is the one that is had', async (t) => {
  // Each list that is another one has every verdict made anew.
  const der = crl({ crlNumber: 1 })
  const first = await load(der)
  t.equal((await load(Buffer.from(der), first)).crl, first.crl)
  t.equal((await load(null, first)).crl, first.crl)
  t.equal((await load(crl({ crlNumber: 2 }), first)).crl.number, 2n)
})

t.test('no older list takes the place of a newer one', async (t) => {
  // The attack: whoever sits between gives an old list, in which nobody was revoked yet.
  const hours = (n: number) => new Date(Date.now() + n * 3_600_000)
  const older = { message: /older than the one/ }
  const newest = await load(crl({ crlNumber: 9, thisUpdate: hours(-2) }))
  await t.rejects(load(crl({ crlNumber: 8, thisUpdate: hours(-1) }), newest), older)
  const unnumbered = await load(crl({ crlNumber: null, thisUpdate: hours(-2) }))
  const [before, after] = [hours(-3), hours(-1)]
  await t.rejects(load(crl({ crlNumber: null, thisUpdate: before }), unnumbered), older)
  t.ok(await load(crl({ crlNumber: null, thisUpdate: after }), unnumbered))
  const next = await load(crl({ issuer: renewed, crlNumber: 1, thisUpdate: after }), newest)
  t.equal(next.crl.number, 1n, "the numbers of the CA's next key begin anew")
})

t.test('what is no list, or of nobody who is known here, is not kept', async (t) => {
  await t.rejects(load(Buffer.of(48, 0)), { message: /^it can not be read/ })
  await t.rejects(load(null), { message: /^it can not be read/ })
  const stranger = createPki({ name: 'Stranger' }).root
  await t.rejects(load(crl({ issuer: stranger })), { message: /^it is not signed by "/ })
  const impostor = issueCertificate({ subject: { CN: 'Test Root' }, ca: true })
  await t.rejects(load(crl({ signingKey: impostor })), { message: /^it is not signed by "/ })
  await t.rejects(load(crl({ nextUpdate: null })), { message: 'it has no nextUpdate' })
})
