import { request } from '../../api/client.js'
import type { Entry, EntryDetail, TrailLine } from '../../api/types.js'
import { announce } from '../../dom/announce.js'
import { openDialog } from '../../dom/dialog.js'
import { fill, html } from '../../dom/element.js'
import { facts } from '../../dom/facts.js'
import { formatDaysLeft, formatTime } from '../../dom/format.js'
import { statePill } from '../../dom/pill.js'
import { problem } from '../../dom/problem.js'
import { table } from '../../dom/table.js'
import { loaded } from '../loaded.js'
import { actionsOf, type EntryAction, perform } from './entry-actions.js'

export interface EntryDialogOptions {
  readonly entry: Pick<Entry, 'domain' | 'thumbprint' | 'clientName' | 'subject'>
  /** Called after each change. */
  readonly onChange: () => void
}

/** Everything about one certificate, and what can be done with it. */
export function openEntryDialog(
  { entry, onChange }: EntryDialogOptions,
  signal: AbortSignal,
): void {
  const { domain, thumbprint } = entry
  const dialog = openDialog(entry.clientName ?? entry.subject ?? thumbprint, signal)
  show()

  function show(): void {
    const path = `/api/v1/registry/entries/${thumbprint}`
    fill(
      dialog.body,
      loaded(async () => {
        const detail = await request<EntryDetail>('GET', path, { query: { domain }, signal })
        return contentOf(detail)
      }),
    )
  }

  function contentOf({ entry: found, trail }: EntryDetail): HTMLElement {
    return html(
      'div',
      {},
      found === null
        ? html('p', {}, 'It was removed; what is left is its history.')
        : factsOf(found),
      found === null ? null : buttonsOf(found),
      html('h3', {}, 'History'),
      trailOf(trail),
      found?.pem
        ? html('details', {}, html('summary', {}, 'Certificate (PEM)'), html('pre', {}, found.pem))
        : null,
    )
  }

  function buttonsOf(found: Entry): HTMLElement {
    const failure = html('div', {})
    const run = async (action: EntryAction): Promise<void> => {
      try {
        const done = await perform(action, found, signal)
        if (!done) return
        announce(action.done)
        onChange()
        show()
      } catch (error) {
        fill(failure, problem(error))
      }
    }
    const buttons = actionsOf(found.state).map((action) =>
      html(
        'button',
        {
          type: 'button',
          class: action.isDangerous ? 'danger' : null,
          onclick: () => void run(action),
        },
        action.label,
      ),
    )
    return html('div', {}, html('div', { class: 'actions' }, ...buttons), failure)
  }
}

function factsOf(entry: Entry): HTMLElement {
  const { notBefore, notAfter, daysLeft } = entry
  return facts([
    ['State', statePill(entry.state)],
    ['Domain', entry.domain],
    ['Subject', entry.subject],
    ['Issuer', entry.issuer],
    ['Serial number', entry.serialNumber && html('code', {}, entry.serialNumber)],
    [
      'Valid',
      notAfter &&
        `${formatTime(notBefore)} to ${formatTime(notAfter)} (${formatDaysLeft(daysLeft)})`,
    ],
    ['Thumbprint (SHA-256)', html('code', { class: 'break' }, entry.thumbprint)],
    ['Client', entry.clientName],
    ['Owner', entry.owner],
    ['Notes', entry.notes],
    ['Registered', formatTime(entry.createdAt)],
    ['Changed', formatTime(entry.changedAt)],
  ])
}

function trailOf(trail: readonly TrailLine[]): HTMLElement {
  return table<TrailLine>({
    caption: 'Who changed what when, the newest first',
    empty: 'Nothing is known of it.',
    items: trail.toReversed(),
    columns: [
      { label: 'When', cell: ({ at }) => formatTime(at) },
      { label: 'Who', cell: ({ actor }) => actor },
      {
        label: 'What',
        cell: ({ action, fromState, toState }) =>
          `${action}: ${fromState ?? 'unknown'} → ${toState ?? 'removed'}`,
      },
    ],
  })
}
