import type { Check } from '../check.js'
import { keyIsAccepted } from './api-key.js'
import { asksForCertificate, asksForNoCertificate } from './client-certificate.js'
import { refusesCompression } from './compression.js'
import { showsCaa } from './dns-caa.js'
import { showsDnssec } from './dns-dnssec.js'
import { refusesForeignSuites } from './foreign-suites.js'
import { reachesTarget } from './forwarding-target.js'
import { refusesTls10, refusesTls11 } from './old-versions.js'
import { acceptsOwnSuites } from './own-suites.js'
import { refusesRenegotiation } from './renegotiation.js'
import { hasWholeChain, isInDate, namesItsHost } from './server-certificate.js'
import { sendsStrictTransport } from './strict-transport.js'
import { prefersTls13 } from './tls13-preferred.js'
import { refusesMissingName, refusesUnknownName } from './unknown-name.js'

/** Everything that is looked at, in the order in which it is told. A new check is a file of its own and a line here. */
export const CHECKS: readonly Check[] = [
  refusesTls10,
  refusesTls11,
  refusesForeignSuites,
  prefersTls13,
  acceptsOwnSuites,
  refusesCompression,
  refusesRenegotiation,
  refusesUnknownName,
  refusesMissingName,
  asksForCertificate,
  asksForNoCertificate,
  namesItsHost,
  hasWholeChain,
  isInDate,
  sendsStrictTransport,
  reachesTarget,
  keyIsAccepted,
  showsCaa,
  showsDnssec,
]
