import { nameOfSuite } from '../suite-names.js'
import type { ProbeAnswer } from './probe.js'

const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x0300, 'SSL 3.0'],
  [0x0301, 'TLS 1.0'],
  [0x0302, 'TLS 1.1'],
  [0x0303, 'TLS 1.2'],
  [0x0304, 'TLS 1.3'],
])

/** Names of the alerts that a server answers a hello with (RFC 8446 section 6). */
const ALERTS: Readonly<Record<number, string>> = {
  10: 'unexpected_message',
  40: 'handshake_failure',
  47: 'illegal_parameter',
  50: 'decode_error',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  109: 'missing_extension',
  112: 'unrecognized_name',
}

export function nameOfVersion(version: number): string {
  return VERSIONS.get(version) ?? `version 0x${version.toString(16)}`
}

/** `alert 40 (handshake_failure)` and the like. */
export function describeAnswer(answer: ProbeAnswer): string {
  switch (answer.kind) {
    case 'alert': {
      const name = ALERTS[answer.description]
      return `alert ${answer.description}${name === undefined ? '' : ` (${name})`}`
    }
    case 'server_hello':
      return `${nameOfVersion(answer.version)} with ${nameOfSuite(answer.suite)}`
    case 'not_tls':
      return 'an answer that is not TLS'
    case 'closed':
      return 'the connection closed without an alert'
    case 'silent':
      return 'no answer in time'
    case 'unreachable':
      return `no connection (${answer.code})`
  }
}

/** Whether it is the refusal that FAPI's conformance suite wants: alert 40 or 70. */
export function isRefusal(answer: ProbeAnswer): boolean {
  return answer.kind === 'alert' && (answer.description === 40 || answer.description === 70)
}
