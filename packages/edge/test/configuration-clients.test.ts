import { bad, refuseAll } from './configuration-case.ts'
import { change, without } from './configuration-fixture.ts'

const CLIENTS = 'domains[0].clientCertificates'
const CA_SIGNED = 'domains[0].clientCertificates.caSigned'
const REJECT = 'selfSigned: reject'
/** Puts lists behind `selfSigned`, the last key of the domain; they begin on line 21. */
const lists = (text: string): string =>
  change('selfSigned: reject', `selfSigned: reject\n      ${text}`)

// biome-ignore format: one line a case
refuseAll([
  bad('nobody who may come', without('caSigned'), CLIENTS, 13, /accepts no certificate at all/, /add `caSigned`/),
  bad('registered without a registry', change('registry: sqlite:registry.db\n', '').replace(REJECT, 'selfSigned: registered'), `${CLIENTS}.selfSigned`, 20, /no registry/, /registry: sqlite/),
  bad('requireRegistration without a registry', change('registry: sqlite:registry.db\n', '').replace('intermediateFiles:', 'requireRegistration: true\n        intermediateFiles:'), `${CA_SIGNED}.requireRegistration`, 16, /there is none/, /registry: sqlite/),
  bad('a thumbprint cut short', lists(`allow: { thumbprints: ['${'ab:'.repeat(30)}ab'] }`), `${CLIENTS}.allow.thumbprints[0]`, 21, /has 62 digits/, /-sha256/),
  bad('a SHA-1 thumbprint', lists(`deny: { thumbprints: ['${'ab'.repeat(20)}'] }`), `${CLIENTS}.deny.thumbprints[0]`, 21, /SHA-1/, /-sha256/),
  bad('a thumbprint by a file that is not there', lists('allow: { thumbprints: [nobody.crt] }'), `${CLIENTS}.allow.thumbprints[0]`, 21, /nobody\.crt, which does not exist/, /etc\/edge\/nobody\.crt/),
  bad('a thumbprint by a file with two certificates', lists('allow: { thumbprints: [two-clients.crt] }'), `${CLIENTS}.allow.thumbprints[0]`, 21, /holds 2 certificates/, /one certificate/),
  bad('a subject without an equals sign', lists('allow: { subjects: [client] }'), `${CLIENTS}.allow.subjects[0]`, 21, /not a distinguished name/, /RFC2253/),
  bad('an issuer of an unknown attribute', lists("deny: { issuers: ['CN=a,XY=b'] }"), `${CLIENTS}.deny.issuers[0]`, 21, /unknown attribute/, /RFC2253/),
  bad('an alternative name that fits no form', lists('allow: { subjectAlternativeNames: [a_b] }'), `${CLIENTS}.allow.subjectAlternativeNames[0]`, 21, /of the form dns/, /write dns:/),
  bad('an alternative name that is no address', lists("allow: { subjectAlternativeNames: ['ip:192.0.2'] }"), `${CLIENTS}.allow.subjectAlternativeNames[0]`, 21, /of the form ip/, /ip:192/),
  bad('an alternative name that is no email', lists("allow: { subjectAlternativeNames: ['email:someone'] }"), `${CLIENTS}.allow.subjectAlternativeNames[0]`, 21, /of the form email/, /email:someone@/),
  bad('an alternative name that is no URI', lists("allow: { subjectAlternativeNames: ['uri:client'] }"), `${CLIENTS}.allow.subjectAlternativeNames[0]`, 21, /of the form uri/, /with its scheme/),
  bad('a serial number as a number', lists('deny: { serials: [{ issuer: CN=a, serial: 12 }] }'), `${CLIENTS}.deny.serials[0].serial`, 21, /a number where text/, /quotes/),
  bad('a serial number that is not hex', lists('deny: { serials: [{ issuer: CN=a, serial: xyz }] }'), `${CLIENTS}.deny.serials[0].serial`, 21, /not a serial number/, /-serial/),
  bad('a serial number without its issuer', lists("deny: { serials: [{ serial: '12' }] }"), `${CLIENTS}.deny.serials[0].issuer`, 21, /is missing/, /issuer: CN=/),
  bad('serial numbers that are allowed', lists("allow: { serials: [{ issuer: CN=a, serial: '12' }] }"), `${CLIENTS}.allow.serials`, 21, /not a key/, /move it below `domains\[\]\.clientCertificates\.deny`/),
])
