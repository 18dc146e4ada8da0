import { createPki, issueCertificate } from '@mtls-edge/testkit'
import t from 'tap'
import { runHere, writeConfiguration } from './command-process.ts'
import { bad, refuseAll } from './configuration-case.ts'
import { change, findProblems, load } from './configuration-fixture.ts'

const REVOCATION = 'domains[0].clientCertificates.caSigned.revocation'
const CRLS = 'crlFiles: [clients.crl]'
const ALLOWED = 'fetchAllowHosts: [CRL.example.com., 10.0.0.7, "fd00::1"]'
const both = `fetch: [ocsp, crl, ocsp]\n          ${ALLOWED}`

// biome-ignore format: one line a case
refuseAll([
  bad('a kind of information that does not exist', change(CRLS, 'fetch: [ldap]'), `${REVOCATION}.fetch[0]`, 19, /not one of the values/, /crl/),
  bad('an allowed host with a scheme', change(CRLS, 'fetch: [crl]\n          fetchAllowHosts: ["http://crl.example.com"]'), `${REVOCATION}.fetchAllowHosts[0]`, 20, /neither a host name nor an IP address/, /without scheme/),
  bad('an allowed host with a port', change(CRLS, 'fetch: [crl]\n          fetchAllowHosts: ["crl.example.com:80"]'), `${REVOCATION}.fetchAllowHosts[0]`, 20, /neither a host name nor an IP address/, /without scheme, port/),
  bad('an allowed network', change(CRLS, 'fetch: [crl]\n          fetchAllowHosts: [10.0.0.0/8]'), `${REVOCATION}.fetchAllowHosts[0]`, 20, /neither a host name nor an IP address/, /such as crl\.example\.com/),
])

t.test('what is fetched is read, and is a source like a file', async (t) => {
  const text = change(CRLS, both)
  t.same(findProblems(text), [])
  t.match(load(text).domains[0]?.clientCertificates.caSigned?.revocation, {
    fetch: ['ocsp', 'crl'],
    fetchAllowHosts: ['crl.example.com', '10.0.0.7', 'fd00::1'],
    crls: [],
  })
})

t.test('warns of what has no effect', async (t) => {
  const off = findProblems(
    change(`mode: require\n          ${CRLS}`, 'mode: off\n          fetch: [crl]'),
  )
  const unused = findProblems(change(CRLS, `${CRLS}\n          ${ALLOWED}`))
  t.match(off, [
    { path: `${REVOCATION}.mode` },
    { path: `${REVOCATION}.fetch`, message: /no effect with `mode: off`/ },
  ])
  t.match(unused, [{ path: `${REVOCATION}.fetchAllowHosts`, message: /nothing is fetched/ }])
})

t.test('check says what would be fetched, and from where as far as that is known', async (t) => {
  const { root } = createPki()
  const intermediate = issueCertificate({
    subject: 'Fetched Intermediate',
    ca: true,
    issuer: root,
    crlDistributionPoints: ['http://crl.example.com/root.crl', 'ldap://dir.example.com/x'],
    authorityInformationAccess: { ocsp: ['http://ocsp.example.com/'] },
  })
  const files = { 'clients-root.pem': root.pem, 'clients-intermediate.pem': intermediate.pem }
  const cwd = writeConfiguration(t, change(CRLS, both), files)
  const { code, stdout } = await runHere(['check', '-c', 'edge.yaml'], { cwd })
  t.equal(code, 0)
  t.equal(
    stdout,
    'auth.example.com: fetches OCSP answers, then CRLs from the addresses in verified certificates, among them ' +
      'http://ocsp.example.com/, http://crl.example.com/root.crl (public addresses only, but for crl.example.com, 10.0.0.7, fd00::1)\n' +
      'edge.yaml: no problems, no warnings; 1 domain, ready to start\n',
  )
  const json = await runHere(['check', '-c', 'edge.yaml', '--json'], { cwd })
  t.match(JSON.parse(json.stdout), {
    ok: true,
    fetching: [
      { domain: 'auth.example.com', fetch: ['ocsp', 'crl'], addresses: [/ocsp/, /root\.crl/] },
    ],
  })
  const without = await runHere(['check', '-c', 'edge.yaml', '--json'], {
    cwd: writeConfiguration(t),
  })
  t.same(JSON.parse(without.stdout).fetching, [])
})
