import { request } from '../api/client.js'
import type { Expiring, Expiry, ExpiryBucket } from '../api/types.js'
import { html } from '../dom/element.js'
import { formatDay, formatDaysLeft, shorten } from '../dom/format.js'
import { expiryTone, pill } from '../dom/pill.js'
import { table } from '../dom/table.js'
import { timeLine } from '../plots/time-line.js'
import { loaded } from './loaded.js'

const BUCKETS: Readonly<Record<ExpiryBucket['name'], string>> = {
  expired: 'expired',
  '7d': 'within 7 days',
  '30d': 'within 30 days',
  '90d': 'within 90 days',
  later: 'later',
}

const KINDS: Readonly<Record<Expiring['kind'], string>> = {
  'server-certificate': 'server certificate',
  'trust-anchor': 'trust anchor',
  intermediate: 'intermediate',
  registered: 'registered client',
}

/** What expires when: the edge's own certificates, the anchors, and the clients'. */
export function expiryView(signal: AbortSignal): HTMLElement {
  const content = loaded(async () => {
    const { buckets, items } = await request<Expiry>('GET', '/api/v1/expiring', { signal })
    return html(
      'div',
      {},
      html('section', { class: 'card' }, html('h2', {}, 'Time line'), legend(), timeLine(items)),
      html('section', { class: 'card' }, html('h2', {}, 'In figures'), bucketsOf(buckets)),
      html('section', { class: 'card' }, html('h2', {}, 'Next'), itemsOf(items)),
    )
  })
  return html('div', {}, html('h1', {}, 'Expiry'), content)
}

function legend(): HTMLElement {
  return html(
    'p',
    { class: 'hint' },
    'A square is a server certificate, a triangle an anchor or intermediate, a circle a registered client.',
  )
}

function bucketsOf(buckets: readonly ExpiryBucket[]): HTMLElement {
  return table<ExpiryBucket>({
    caption: 'How many expire when',
    empty: 'Nothing expires.',
    items: buckets,
    columns: [
      { label: 'When', cell: ({ name }) => BUCKETS[name] },
      {
        label: 'Server certificates',
        isNumber: true,
        cell: (bucket) => String(bucket.serverCertificates),
      },
      { label: 'Anchors', isNumber: true, cell: (bucket) => String(bucket.trustAnchors) },
      { label: 'Intermediates', isNumber: true, cell: (bucket) => String(bucket.intermediates) },
      { label: 'Registered clients', isNumber: true, cell: registeredOf },
    ],
  })
}

const registeredOf = ({ registered }: ExpiryBucket): string =>
  registered === null ? '–' : String(registered)

function itemsOf(items: readonly Expiring[]): HTMLElement {
  return table<Expiring>({
    caption: 'What expires next',
    empty: 'Nothing expires.',
    items,
    columns: [
      {
        label: 'Expires',
        cell: ({ notAfter, daysLeft }) =>
          html(
            'span',
            {},
            formatDay(notAfter),
            ' ',
            pill(formatDaysLeft(daysLeft), expiryTone(daysLeft)),
          ),
      },
      { label: 'What', cell: ({ kind }) => KINDS[kind] },
      {
        label: 'Subject',
        cell: ({ subject, clientName }) =>
          clientName === null ? subject : `${clientName} (${subject})`,
      },
      { label: 'Domain', cell: ({ domain }) => domain },
      {
        label: 'Thumbprint',
        cell: ({ thumbprint }) => html('code', { title: thumbprint }, shorten(thumbprint)),
      },
    ],
  })
}
