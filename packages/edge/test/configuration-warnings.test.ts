import t from 'tap'
import { change, findProblems, GOOD, without } from './configuration-fixture.ts'

const CLIENTS = 'domains[0].clientCertificates'
const CA_SIGNED = `${CLIENTS}.caSigned`
const SERVERS = 'domains[0].serverCertificates'
const server = (file: string, key = 'certs/auth.key'): string =>
  change('certs/auth.crt, keyFile: certs/auth.key', `${file}, keyFile: ${key}`)
const REJECT = 'selfSigned: reject'
const NAMES = 'selfSigned: forward\n      allow: { subjects: [CN=client] }'

t.test('warns of nothing in a configuration without fault', async (t) => {
  t.same(findProblems(GOOD), [])
})

// biome-ignore format: one line a case
const cases: readonly (readonly [title: string, text: string, path: string, line: number, message: RegExp])[] = [
  ['revocation that is off', change('mode: require', 'mode: off'), `${CA_SIGNED}.revocation.mode`, 18, /is off: a revoked certificate is accepted/],
  ['an engine trusted alone', change('        revocation:', '        dangerouslyTrustOwnEngineAlone: true\n        revocation:'), `${CA_SIGNED}.dangerouslyTrustOwnEngineAlone`, 17, /a fault in one implementation is then enough/],
  ['required revocation without a source', change('[clients.crl]', '[]'), `${CA_SIGNED}.revocation.mode`, 18, /every CA-signed certificate is refused as revocation_unknown/],
  ['preferred revocation without a source', change('mode: require\n          crlFiles: [clients.crl]', 'mode: prefer'), `${CA_SIGNED}.revocation.mode`, 18, /is prefer, and nothing says who is revoked/],
  ['a CRL that is out of date', change('[clients.crl]', '[clients.crl, old.crl]'), `${CA_SIGNED}.revocation.crlFiles[1]`, 19, /old\.crl, whose CRL of CN=Test Intermediate was to be replaced/],
  ['a CRL without an end', change('[clients.crl]', '[clients.crl, endless.crl]'), `${CA_SIGNED}.revocation.crlFiles[1]`, 19, /does not say until when it holds/],
  ['an authority without a CRL', change('clients.crl', 'clients.der.crl'), `${CA_SIGNED}.revocation.crlFiles`, 19, /names no CRL of CN=Test Root: .* revocation_unknown/],
  ['an expired server certificate', server('certs/expired.crt', 'certs/expired.key'), `${SERVERS}[0].certificateFile`, 7, /expired on \d{4}-/],
  ['a server certificate of the future', server('certs/future.crt'), `${SERVERS}[0].certificateFile`, 7, /not valid before \d{4}-/],
  ['a server certificate of other names', server('certs/other.crt'), `${SERVERS}[0].certificateFile`, 7, /does not cover auth\.example\.com and mtls\.auth\.example\.com/],
  ['a server certificate without the alias', change('    endpoints:', '    mtlsDomain: clients.example.com\n    endpoints:'), `${SERVERS}[0].certificateFile`, 7, /does not cover clients\.example\.com:/],
  ['a server certificate for clients', server('certs/for-clients.crt'), `${SERVERS}[0].certificateFile`, 7, /not for servers: its extended key usage lacks serverAuth/],
  ['a server certificate without its issuer', server('certs/without-issuer.crt'), `${SERVERS}[0].certificateFile`, 7, /stands alone, without its issuer CN=Test Root: /],
  ['a server certificate with an issuer that is not its own', server('certs/foreign-issuer.crt'), `${SERVERS}[0].certificateFile`, 7, /is not followed by its issuer CN=Test Root: /],
  ['two server certificates of one kind', change('      - { cert', '      - { certificateFile: certs/auth.crt, keyFile: certs/auth.key }\n      - { cert'), `${SERVERS}[1].certificateFile`, 8, /second certificate with a key of the kind ec/],
  ['self-signed certificates beside named CAs', change(REJECT, 'selfSigned: forward'), `${CLIENTS}.selfSigned`, 20, /names the CAs.*\(Java\).*withhold/],
  ['an expired trust anchor', change('clients-root.pem', 'expired-root.pem').replace('mode: require', 'mode: prefer'), `${CA_SIGNED}.trustAnchorFiles[0]`, 15, /CN=Old Root, which expired on/],
  ['a leaf as a trust anchor', change('clients-root.pem', 'client.crt').replace('mode: require', 'mode: prefer'), `${CA_SIGNED}.trustAnchorFiles[0]`, 15, /not a CA certificate/],
  ['a balancer that may be anybody', change('8443 }', "8443, proxyProtocol: { trusted: ['::1', 0.0.0.0/0] } }"), 'listen.proxyProtocol.trusted[1]', 1, /each of them may claim any address/],
  ['a target that is an address', change('tenant-cd-id.edge.tenants.eu.auth0.com', '192.0.2.1'), 'domains[0].auth0.forwardingTarget', 9, /is an IP address/],
  ["a target that is a tenant's domain", change('tenant-cd-id.edge.tenants.eu.auth0.com', 'tenant.eu.auth0.com'), 'domains[0].auth0.forwardingTarget', 9, /is a tenant's own domain/],
  ['a variable that is written as in a shell', change(`$${'{'}CNAME_API_KEY}`, '$CNAME_API_KEY'), 'domains[0].auth0.cnameApiKey', 10, /is taken as it stands, and looks like a variable/],
  ['a variable that is written as in Windows', change(`$${'{'}CNAME_API_KEY}`, "'%CNAME_API_KEY%'"), 'domains[0].auth0.cnameApiKey', 10, /is taken as it stands, and looks like a variable/],
  ['names that let in CA-signed certificates, all refused', without('caSigned').replace(REJECT, NAMES.replace(' }', ", thumbprints: [client.crt] }")), `${CLIENTS}.allow`, 15, /let in CA-signed certificates alone/],
]

for (const [title, text, path, line, message] of cases) {
  t.test(`warns of ${title}, and goes on`, async (t) => {
    const problems = findProblems(text)
    t.match(problems, [{ severity: 'warning', path, line, message, mend: /\w/ }])
    t.equal(problems.length, 1)
  })
}

t.test('warns that names let no self-signed certificate in', async (t) => {
  const problems = findProblems(change(REJECT, NAMES))
  t.match(problems, [
    { path: `${CLIENTS}.selfSigned` },
    { path: `${CLIENTS}.allow`, line: 21, message: /every self-signed certificate is refused/ },
  ])
})
