import { bad, refuseAll } from './configuration-case.ts'
import { change, without } from './configuration-fixture.ts'

const DOMAIN = 'domains[0]'
const CLIENTS = 'domains[0].clientCertificates'
const CA_SIGNED = 'domains[0].clientCertificates.caSigned'
const SERVER = 'domains[0].serverCertificates[0]'
const TARGET = 'https://tenant-cd-id.edge.tenants.eu.auth0.com'
const REJECT = 'selfSigned: reject'

// biome-ignore format: one line a case
refuseAll([
  bad('an empty file', '', '', 1, /the file has nothing in it/, /begin with `domains:`/),
  bad('a list as the file', '- 1', '', 1, /is not a map/, /begin with `domains:`/),
  bad('a file without domains', 'tlsProfile: fapi2', 'domains', 1, /is missing/, /add `domains: /),
  bad('an empty list of domains', 'domains: []', 'domains', 1, /is empty/, /customDomain/),
  bad('a domain that is text', 'domains: [auth.example.com]', 'domains[0]', 1, /text where a map/, /customDomain/),
  bad('an unknown key', change('tlsProfile', 'tlsPorfile'), 'tlsPorfile', 2, /not a key/, /`tlsProfile`/),
  bad('an unknown key in another case', change('customDomain', 'customdomain'), `${DOMAIN}.customdomain`, 5, /not a key/, /`customDomain`/),
  bad("a key that every object has", change('tlsProfile: fapi2', 'constructor: 1'), 'constructor', 2, /not a key/, /use one of/),
  bad('a key that changes what an object is', change('tlsProfile: fapi2', '__proto__: { workers: 2 }'), '__proto__', 2, /not a key/, /use one of/),
  bad('a key that belongs elsewhere', change('tlsProfile: fapi2', 'trustAnchorFiles: [clients-root.pem]'), 'trustAnchorFiles', 2, /not a key/, /move it below `domains\[\]\.clientCertificates\.caSigned`/),
  bad('an unknown key in depth', change('crlFiles', 'crlFile'), `${CA_SIGNED}.revocation.crlFile`, 19, /not a key/, /`crlFiles`/),
  bad('an unknown key unlike all others', change('tlsProfile: fapi2', 'banana: 1'), 'banana', 2, /not a key/, /use one of listen, workers/),
  bad('a key that a later version may have', change('tlsProfile: fapi2', 'http2: true'), 'http2', 2, /not a key/, /use one of/),
  bad('a key without a value', change('tlsProfile: fapi2', 'tlsProfile:'), 'tlsProfile', 2, /has no value/, /fapi2, or remove/),
  bad('a missing custom domain', change('- customDomain: auth.example.com\n    serverC', '- serverC'), `${DOMAIN}.customDomain`, 5, /is missing/, /customDomain: auth/),
  bad('missing server certificates', change('serverCertificates:\n      - { certificateFile: certs/auth.crt, keyFile: certs/auth.key }', 'publicTraffic: forward'), `${DOMAIN}.serverCertificates`, 5, /is missing/, /certificateFile: certs/),
  bad('no server certificate', change('serverCertificates:\n      - { certificateFile: certs/auth.crt, keyFile: certs/auth.key }', 'serverCertificates: []'), `${DOMAIN}.serverCertificates`, 6, /is empty/, /certificateFile/),
  bad('a certificate without its key', change(', keyFile: certs/auth.key', ''), `${SERVER}.keyFile`, 7, /is missing/, /keyFile: certs/),
  bad('a missing target', change(`forwardingTarget: ${TARGET}\n      `, ''), `${DOMAIN}.auth0.forwardingTarget`, 8, /is missing/, /forwardingTarget: https/),
  bad('a missing auth0', without('auth0'), `${DOMAIN}.auth0`, 5, /is missing/, /forwardingTarget/),
  bad('missing clientCertificates', without('clientCertificates'), `${DOMAIN}.clientCertificates`, 5, /is missing/, /caSigned/),
  bad('a revocation that is not written', without('revocation'), `${CA_SIGNED}.revocation`, 14, /is missing/, /mode: require/),
  bad('a revocation without a mode', change('mode: require\n          ', ''), `${CA_SIGNED}.revocation.mode`, 17, /is missing/, /mode: require/),
  bad('no trust anchors', change('[clients-root.pem]', '[]'), `${CA_SIGNED}.trustAnchorFiles`, 15, /is empty/, /clients-root\.pem/),
  bad('missing trust anchors', change('trustAnchorFiles: [clients-root.pem]\n        ', ''), `${CA_SIGNED}.trustAnchorFiles`, 14, /is missing/, /clients-root\.pem/),
  bad('text for a list', change('[clients-root.pem]', 'clients-root.pem'), `${CA_SIGNED}.trustAnchorFiles`, 15, /text where a list/, /\[clients-root\.pem\]/),
  bad('an unknown profile', change('fapi2', 'fapi1'), 'tlsProfile', 2, /not one of/, /fapi2.*fapi1-advanced/),
  bad('a boolean for a choice', change(REJECT, 'selfSigned: false'), `${CLIENTS}.selfSigned`, 20, /true or false where text|not one of/, /reject, registered, forward/),
  bad('another client IP header', change('true-client-ip', 'x-real-ip'), `${DOMAIN}.auth0.clientIpHeader`, 11, /not one of/, /true-client-ip, cf-connecting-ip, x-forwarded-for, x-azure-clientip/),
  bad('text for a flag', change('intermediateFiles:', "requireRegistration: 'yes'\n        intermediateFiles:"), `${CA_SIGNED}.requireRegistration`, 16, /text where true or false/, /write false/),
])
