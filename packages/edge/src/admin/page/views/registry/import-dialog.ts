import { request } from '../../api/client.js'
import type { Imported } from '../../api/types.js'
import { announce } from '../../dom/announce.js'
import { openDialog } from '../../dom/dialog.js'
import { fill, html } from '../../dom/element.js'
import { plural } from '../../dom/format.js'
import { problem } from '../../dom/problem.js'
import type { AddDialogOptions } from './add-dialog.js'
import { domainSelect } from './select.js'

/** Takes a file of JSON lines, as the export and `mtls-edge registry export` write it. */
export function openImportDialog(
  { domains, onChange }: AddDialogOptions,
  signal: AbortSignal,
): void {
  const dialog = openDialog('Import', signal)
  const domain = domainSelect('import-domain', domains, 'as the lines say')
  const file = html('input', {
    id: 'import-file',
    type: 'file',
    accept: '.jsonl,.ndjson',
    required: true,
  })
  const outcome = html('div', { 'aria-live': 'polite' })
  const button = html('button', { type: 'submit', class: 'primary' }, 'Import')

  async function bring(event: Event): Promise<void> {
    event.preventDefault()
    const lines = file.files?.[0]
    if (lines === undefined) return
    button.disabled = true
    fill(outcome, html('progress', { 'aria-label': 'Importing' }))
    try {
      const query = { domain: domain.value }
      const result = await request<Imported>('POST', '/api/v1/registry/import', {
        query,
        lines,
      })
      const said = wordsOf(result)
      fill(outcome, ...said.map((text) => html('p', {}, text)))
      announce(said.join(' '))
      onChange()
    } catch (error) {
      fill(outcome, problem(error))
    } finally {
      button.disabled = false
    }
  }

  dialog.body.append(
    html(
      'form',
      { onsubmit: (event) => void bring(event) },
      html('label', { for: file.id }, 'File of JSON lines'),
      file,
      ...(domains.length > 1 ? [html('label', { for: domain.id }, 'Domain'), domain] : []),
      html('div', { class: 'actions' }, button),
    ),
    outcome,
  )
}

function wordsOf({ added, changed, unchanged, problem: wrong }: Imported): string[] {
  const counts = `${plural(added, 'certificate')} added, ${changed} changed, ${unchanged} as before.`
  return wrong === null
    ? [counts]
    : [`Line ${wrong.line}: ${wrong.message}`, `What stands before it is in: ${counts}`]
}
