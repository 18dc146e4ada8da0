import { type PathInput, readCertificate, validatePath } from '@mtls-edge/path-validation'
import { createPki, type Issued, issueCertificate } from '@mtls-edge/testkit'
import t from 'tap'

const read = (issued: Issued) => readCertificate(issued.der)

/** What a server would ask: this leaf, what came with it, one trusted root, now. */
function ask(leaf: Issued, root: Issued, pool: readonly Issued[], more: Partial<PathInput> = {}) {
  return validatePath({
    leaf: read(leaf),
    pool: pool.map(read),
    intermediates: [],
    trustAnchors: [read(root)],
    at: new Date(),
    purpose: 'clientAuth',
    ...more,
  })
}

t.test('finds the path from the leaf over a presented intermediate to the root', async (t) => {
  const { root, intermediate, client } = createPki()
  const leaf = client()
  const stranger = createPki().intermediate
  const verdict = ask(leaf, root, [stranger, leaf, intermediate, intermediate, root])
  t.match(verdict, { valid: true })
  if (!verdict.valid) return
  t.same(
    verdict.path.map(({ thumbprint }) => thumbprint),
    [leaf, intermediate, root].map((issued) => read(issued).thumbprint),
  )
  t.same(verdict.notAfter, new Date(Math.min(...verdict.path.map((one) => one.notAfter.getTime()))))
  t.equal(verdict.trace.at(-1)?.step, 'accepted')
})

t.test('takes an intermediate from the configuration where the client sent none', async (t) => {
  const { root, intermediate, client } = createPki()
  t.match(ask(client(), root, []), { valid: false, reason: 'untrusted_issuer' })
  t.match(ask(client(), root, [], { intermediates: [read(intermediate)] }), { valid: true })
})

t.test('takes no intermediate of the configuration for an anchor', async (t) => {
  // The attack: an intermediate stays in a file after the root that vouched for it was taken out.
  const { intermediate, client } = createPki()
  const intermediates = [read(intermediate)]
  const other = createPki({ name: 'Other' }).root
  const refused = { valid: false, reason: 'untrusted_issuer' }
  t.match(ask(client(), other, [], { intermediates }), refused)
  t.match(ask(client(), other, [intermediate], { intermediates }), refused)
})

t.test('takes an intermediate as a trust anchor', async (t) => {
  const { intermediate, client } = createPki()
  t.match(ask(client(), intermediate, []), { valid: true })
})

t.test('tells forged signatures from unknown issuers', async (t) => {
  // Somebody makes a CA of the trusted one's name, and a leaf under it: the names chain, the signature doesn't.
  const { root, intermediate } = createPki()
  const impostor = issueCertificate({ subject: { CN: 'Test Root' }, ca: true })
  const forged = issueCertificate({ issuer: root, signingKey: impostor })
  t.match(ask(forged, root, []), { valid: false, reason: 'bad_signature' })
  const unknown = issueCertificate({ issuer: issueCertificate({ subject: 'elsewhere', ca: true }) })
  t.match(ask(unknown, root, [intermediate]), { valid: false, reason: 'untrusted_issuer' })
})
