import { request } from '../../api/client.js'
import type { Entry, EntryPage } from '../../api/types.js'
import { announce } from '../../dom/announce.js'
import { fill, html } from '../../dom/element.js'
import { formatDay, formatDaysLeft, plural, shorten } from '../../dom/format.js'
import { expiryTone, pill, statePill } from '../../dom/pill.js'
import { problem } from '../../dom/problem.js'
import { type Column, rowOf, table } from '../../dom/table.js'
import { openEntryDialog } from './entry-dialog.js'

/** What is looked for; an empty text restricts nothing. */
export interface EntryFilter {
  readonly search: string
  readonly state: string
  readonly domain: string
  readonly expiresBefore: string
}

export interface EntryList {
  readonly element: HTMLElement
  /** Shows what fits another filter. */
  readonly show: (filter: EntryFilter) => void
  /** Shows the same anew, after a change. */
  readonly refresh: () => void
}

const PAGE = 50
/** A search is answered in windows, of which many may hold nothing: so many are asked for before the person is asked. */
const MOST_WINDOWS = 40

const ALL: EntryFilter = { search: '', state: '', domain: '', expiresBefore: '' }

/** The entries that fit a filter, a page at a time. */
export function entryList(hasDomains: boolean, signal: AbortSignal): EntryList {
  let filter = ALL
  /** Ends the question that a newer one has overtaken. */
  let asking = new AbortController()
  const place = html('div', { class: 'card' })
  const more = html('div', { class: 'actions' })
  const failure = html('div', {})
  const columns = columnsOf(hasDomains, (entry) =>
    openEntryDialog({ entry, onChange: refresh }, signal),
  )

  async function load(from: string | null): Promise<void> {
    asking.abort()
    asking = new AbortController()
    const current = AbortSignal.any([asking.signal, signal])
    place.setAttribute('aria-busy', 'true')
    try {
      const { items, next } = await ask(filter, from, current)
      if (from === null) fill(place, tableOf(columns, items))
      else place.querySelector('tbody')?.append(...items.map((item) => rowOf(columns, item)))
      fill(failure)
      fill(more, next === null ? null : moreButton(next))
      announce(`${plural(items.length, 'certificate')} shown`)
    } catch (error) {
      if (!current.aborted) fill(failure, problem(error))
    } finally {
      if (!current.aborted) place.removeAttribute('aria-busy')
    }
  }

  function moreButton(next: string): HTMLElement {
    return html('button', { type: 'button', onclick: () => void load(next) }, 'Show more')
  }

  function refresh(): void {
    void load(null)
  }

  return {
    element: html('div', {}, failure, place, more),
    show(wanted) {
      filter = wanted
      refresh()
    },
    refresh,
  }
}

/** Asks until a page is full, nothing is left, or enough was looked at. */
async function ask(
  filter: EntryFilter,
  from: string | null,
  signal: AbortSignal,
): Promise<EntryPage> {
  const items: Entry[] = []
  let after = from
  for (let window = 0; window < MOST_WINDOWS; window += 1) {
    const query = { ...filter, after, limit: PAGE - items.length }
    const page: EntryPage = await request('GET', '/api/v1/registry/entries', { query, signal })
    items.push(...page.items)
    after = page.next
    if (after === null || items.length >= PAGE) break
  }
  return { items, next: after }
}

function tableOf(columns: readonly Column<Entry>[], items: readonly Entry[]): HTMLElement {
  const caption = 'Registered certificates'
  return table({ caption, columns, items, empty: 'No certificate fits.' })
}

function columnsOf(hasDomains: boolean, open: (entry: Entry) => void): readonly Column<Entry>[] {
  const domain: Column<Entry> = { label: 'Domain', cell: (entry) => entry.domain }
  return [
    { label: 'Client', cell: (entry) => nameButton(entry, open) },
    { label: 'State', cell: ({ state }) => statePill(state) },
    { label: 'Expires', cell: expiryOf },
    { label: 'Owner', cell: ({ owner }) => owner ?? '–' },
    ...(hasDomains ? [domain] : []),
    {
      label: 'Thumbprint',
      cell: ({ thumbprint }) => html('code', { title: thumbprint }, shorten(thumbprint)),
    },
  ]
}

function nameButton(entry: Entry, open: (entry: Entry) => void): HTMLElement {
  const { clientName, subject, thumbprint } = entry
  const button = html(
    'button',
    { type: 'button', class: 'link', 'aria-haspopup': 'dialog', onclick: () => open(entry) },
    clientName ?? subject ?? shorten(thumbprint),
  )
  if (clientName === null || subject === null) return button
  return html('span', {}, button, html('small', { class: 'detail' }, subject))
}

function expiryOf({ notAfter, daysLeft }: Entry): HTMLElement {
  if (notAfter === null) return html('span', {}, '–')
  return html(
    'span',
    {},
    formatDay(notAfter),
    ' ',
    pill(formatDaysLeft(daysLeft), expiryTone(daysLeft)),
  )
}
