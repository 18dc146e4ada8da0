import { queryOf, request } from '../../api/client.js'
import type { Domains } from '../../api/types.js'
import { html } from '../../dom/element.js'
import { loaded } from '../loaded.js'
import { openAddDialog } from './add-dialog.js'
import { entryList } from './entry-list.js'
import { filterForm } from './filter-form.js'
import { openImportDialog } from './import-dialog.js'

/** The registry of certificates: who is let in, and who is not any more. */
export function registryView(signal: AbortSignal): HTMLElement {
  const content = loaded(async () => {
    const known = await request<Domains>('GET', '/api/v1/domains', { signal })
    return known.registry ? registryOf(known, signal) : noRegistry()
  })
  return html('div', {}, html('h1', {}, 'Registry'), content)
}

function registryOf({ domains }: Domains, signal: AbortSignal): HTMLElement {
  const list = entryList(domains.length > 1, signal)
  const filter = filterForm(domains, list.show)
  const add = (): void => openAddDialog({ domains, onChange: list.refresh }, signal)
  const bring = (): void => openImportDialog({ domains, onChange: list.refresh }, signal)
  const download = html(
    'a',
    { class: 'button', href: `/api/v1/registry/export${queryOf({})}`, download: 'registry.jsonl' },
    'Export',
  )
  return html(
    'div',
    {},
    html(
      'div',
      { class: 'toolbar' },
      filter,
      html(
        'div',
        { class: 'actions' },
        html('button', { type: 'button', class: 'primary', onclick: add }, 'Add certificates'),
        html('button', { type: 'button', onclick: bring }, 'Import'),
        download,
      ),
    ),
    list.element,
  )
}

function noRegistry(): HTMLElement {
  return html(
    'div',
    { class: 'card' },
    html(
      'p',
      {},
      'This edge has no registry: its configuration has no key ',
      html('code', {}, 'registry'),
      '.',
    ),
    html(
      'p',
      {},
      'Write ',
      html('code', {}, 'registry: sqlite:registry.db'),
      ' into it and start the edge again.',
    ),
  )
}
