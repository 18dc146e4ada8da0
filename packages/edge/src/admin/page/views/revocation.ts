import { request } from '../api/client.js'
import type { Revocation, RevocationDomain, RevocationSource } from '../api/types.js'
import { type Child, html } from '../dom/element.js'
import { formatAge, formatCount, formatTime } from '../dom/format.js'
import { statePill } from '../dom/pill.js'
import { table } from '../dom/table.js'
import { loaded } from './loaded.js'

const MODES = {
  require: 'a certificate whose status is not known is refused',
  prefer: 'a certificate whose status is not known is let in',
  off: 'revocation is not looked at',
} as const

/** Where the edge knows revocations from, and how old that is. */
export function revocationView(signal: AbortSignal): HTMLElement {
  const content = loaded(async () => {
    const { at, domains } = await request<Revocation>('GET', '/api/v1/revocation', { signal })
    return html('div', {}, ...domains.map((domain) => domainOf(domain, at)))
  })
  return html('div', {}, html('h1', {}, 'Revocation'), content)
}

function domainOf({ domain, mode, sources }: RevocationDomain, at: string): HTMLElement {
  const said = mode === null ? 'takes no certificates of a CA' : `${mode}: ${MODES[mode]}`
  return html(
    'section',
    { class: 'card' },
    html('h2', {}, domain),
    html('p', { class: 'hint' }, said),
    mode === null ? null : sourcesOf(sources, at),
  )
}

function sourcesOf(sources: readonly RevocationSource[], at: string): HTMLElement {
  return table<RevocationSource>({
    caption: 'Sources of revocation information',
    empty: 'No list is configured and none was fetched yet.',
    items: sources,
    columns: [
      { label: 'Source', cell: sourceOf },
      { label: 'State', cell: ({ state }) => statePill(state) },
      { label: 'Issued', cell: ({ thisUpdate }) => ageOf(thisUpdate, at) },
      { label: 'Fetched', cell: ({ fetchedAt }) => ageOf(fetchedAt, at) },
      { label: 'Next', cell: ({ nextUpdate }) => ageOf(nextUpdate, at) },
      {
        label: 'Revoked',
        isNumber: true,
        cell: ({ entries }) => (entries === null ? '–' : formatCount(entries)),
      },
    ],
  })
}

function sourceOf(source: RevocationSource): Child {
  const { kind, origin, location, issuer, failure, failingSince } = source
  const since = failingSince === null ? null : `failing since ${formatTime(failingSince)}`
  const about = [issuer, since, failure].filter((text) => text !== null).join(' · ')
  return html(
    'span',
    {},
    `${kind.toUpperCase()} ${origin === 'file' ? 'from the file' : 'from'} `,
    html('code', {}, location),
    about !== '' && html('small', { class: 'detail' }, about),
  )
}

const ageOf = (time: string | null, at: string): Child =>
  time === null
    ? '–'
    : html('time', { datetime: time, title: formatTime(time) }, formatAge(time, at))
