import type { CertificateFacts, Explanation, Step } from '../../explanation/index.js'
import { count, makeHarmless, type Paint } from '../style.js'
import { mendOf } from './mends.js'
import { writeRevocation } from './revocation-words.js'

/** Longer values are cut in the middle for people; `--json` has them whole. */
const MAX_SHOWN = 72

const MARKS: Readonly<Record<Step['outcome'], string>> = { info: '-', passed: '+', failed: 'x' }

/** Writes an explanation for people: the certificate, the steps, the verdict, the headers. */
export function writeExplanation(explanation: Explanation, paint: Paint): string {
  const { certificate, steps, headers } = explanation
  const parts: string[] = []
  const title = (text: string): void => {
    parts.push('', paint('bold', text))
  }
  parts.push(`${explanation.mtlsDomain}, at ${explanation.at}`)
  title('Certificate')
  parts.push(...(certificate === null ? ['  it cannot be read'] : writeCertificate(certificate)))
  if (steps.length > 0) {
    title('Steps')
    parts.push(...steps.flatMap(writeStep))
  }
  title('Verdict')
  parts.push(...writeVerdict(explanation, paint))
  if (headers.length > 0) {
    title('Headers that Auth0 gets')
    for (const { name, value, bytes } of headers) {
      parts.push(`  ${name}: ${shorten(value)}${bytes === null ? '' : ` (${bytes} bytes)`}`)
    }
  }
  return `${parts.join('\n')}\n`
}

/** Steps of a longer path stand further to the right, so that it is seen which candidate was tried below which. */
function writeStep({ outcome, text, path, revocation }: Step): readonly string[] {
  const rows = revocation.map((facts) => `      ${makeHarmless(writeRevocation(facts))}`)
  const indent = '  '.repeat(Math.max(1, path.length - 1))
  return [`${indent}${MARKS[outcome]} ${makeHarmless(text)}`, ...rows]
}

function writeCertificate(facts: CertificateFacts): readonly string[] {
  const rows: readonly (readonly [string, string])[] = [
    ['subject', facts.subject || '(empty)'],
    ['issuer', facts.issuer || '(empty)'],
    ['serial number', facts.serialNumber],
    ['valid', `${facts.notBefore} to ${facts.notAfter} (${writeDaysLeft(facts.daysLeft)})`],
    ['key', facts.publicKey],
    ['signature', facts.signature],
    ['names', facts.subjectAlternativeNames.join(', ') || '(none)'],
    ['key usage', facts.keyUsage?.join(', ') ?? '(not limited)'],
    ['purposes', facts.extendedKeyUsage?.join(', ') ?? '(not limited)'],
    ['authority', facts.isCertificateAuthority ? 'yes' : 'no'],
    ['thumbprint', facts.thumbprint],
    ['x5t#S256', facts.thumbprintBase64url],
  ]
  return rows.map(([name, value]) => `  ${name.padEnd(14)}${makeHarmless(value)}`)
}

function writeDaysLeft(days: number): string {
  // Days are whole ones, so that less than a day ago is -1.
  if (days < 0)
    return days === -1 ? 'over for less than a day' : `over for ${count(-days - 1, 'day')}`
  return days === 1 ? '1 day left' : `${days} days left`
}

function writeVerdict(explanation: Explanation, paint: Paint): readonly string[] {
  const { verdict, reason, message, detail, path, validUntil } = explanation
  if (verdict === 'refused') {
    const mend = mendOf(reason)
    return [
      `  ${paint('red', 'refused')}: ${reason}`,
      ...(detail === null ? [] : [`  the log says: ${makeHarmless(detail)}`]),
      ...(message === null ? [] : [`  the client is told: ${reason}: ${message}`]),
      ...(mend === null ? [] : [`  to mend it: ${mend}`]),
    ]
  }
  return [
    `  ${paint('green', 'passes')}: ${verdict}`,
    `  path: ${makeHarmless(path.join(' <- '))}`,
    `  it holds until ${validUntil}, if nothing else changes`,
  ]
}

const shorten = (value: string): string =>
  value.length <= MAX_SHOWN
    ? value
    : `${value.slice(0, MAX_SHOWN / 2)}...${value.slice(-MAX_SHOWN / 2)}`
