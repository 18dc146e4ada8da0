import type { Explanation, Preview } from '../../api/types.js'
import { type Child, html } from '../../dom/element.js'
import { facts } from '../../dom/facts.js'
import { formatDaysLeft, formatTime } from '../../dom/format.js'
import { statePill } from '../../dom/pill.js'

/** A certificate as it would be registered: what stands in it, and what the edge would decide of it. */
export function previewOf({ now, onceActive, registration }: Preview): HTMLElement {
  const certificate = now.certificate ?? onceActive.certificate
  return html(
    'section',
    { class: 'preview' },
    html('h3', {}, certificate?.subject ?? 'Not a certificate that can be read'),
    registration === null
      ? null
      : html('p', {}, 'Already registered: ', statePill(registration.state)),
    verdictOf('As it is now', now),
    verdictOf('Once registered and active', onceActive),
    certificate === null ? null : factsOf(certificate),
    stepsOf(onceActive),
  )
}

function verdictOf(when: string, { verdict, reason, message, detail }: Explanation): HTMLElement {
  return html(
    'p',
    {},
    `${when}: `,
    statePill(verdict),
    reason !== null && html('code', {}, ` ${reason}`),
    message !== null && ` ${message}`,
    detail !== null && html('small', { class: 'detail' }, detail),
  )
}

function factsOf(certificate: NonNullable<Explanation['certificate']>): HTMLElement {
  const { notBefore, notAfter, daysLeft } = certificate
  return facts([
    ['Issuer', certificate.issuer],
    ['Serial number', html('code', {}, certificate.serialNumber)],
    ['Valid', `${formatTime(notBefore)} to ${formatTime(notAfter)} (${formatDaysLeft(daysLeft)})`],
    ['Key', `${certificate.publicKey}, signed with ${certificate.signature}`],
    ['Names', certificate.subjectAlternativeNames.join(', ')],
    ['Key usage', certificate.keyUsage?.join(', ')],
    ['Extended key usage', certificate.extendedKeyUsage?.join(', ')],
    ['Thumbprint (SHA-256)', html('code', { class: 'break' }, certificate.thumbprint)],
    ['In base64url (x5t#S256)', html('code', { class: 'break' }, certificate.thumbprintBase64url)],
  ])
}

const SIGNS = { passed: '✓', failed: '✗', info: '·' } as const

function stepsOf({ steps }: Explanation): Child {
  return html(
    'details',
    {},
    html('summary', {}, 'How that is decided, step by step'),
    html(
      'ol',
      { class: 'steps' },
      ...steps.map(({ outcome, text }) =>
        html('li', { 'data-outcome': outcome }, `${SIGNS[outcome]} ${text}`),
      ),
    ),
  )
}
