import { request } from '../../api/client.js'
import type { Added, AddResult, Domain, Previews } from '../../api/types.js'
import { announce } from '../../dom/announce.js'
import { openDialog } from '../../dom/dialog.js'
import { fill, html } from '../../dom/element.js'
import { plural, shorten } from '../../dom/format.js'
import { problem } from '../../dom/problem.js'
import { certificateInput } from './certificate-input.js'
import { previewOf } from './preview.js'
import { domainSelect, select } from './select.js'

export interface AddDialogOptions {
  readonly domains: readonly Domain[]
  readonly onChange: () => void
}

/** Registers certificates: first what they are and what would be decided of them, then, at a second press, the registration. */
export function openAddDialog({ domains, onChange }: AddDialogOptions, signal: AbortSignal): void {
  const dialog = openDialog('Add certificates', signal)
  const domain = domainSelect('add-domain', domains, null)
  const state = select('add-state', [
    ['active', 'active: let in at once'],
    ['pending', 'pending: refused until activated'],
  ])
  const clientName = html('input', { id: 'add-client', type: 'text', maxlength: 200 })
  const owner = html('input', { id: 'add-owner', type: 'text', maxlength: 200 })
  const notes = html('input', { id: 'add-notes', type: 'text', maxlength: 1000 })
  const outcome = html('div', { 'aria-live': 'polite' })
  const add = html('button', { type: 'button', class: 'primary', disabled: true }, 'Add')
  const preview = html('button', { type: 'submit' }, 'Preview')
  const input = certificateInput((complaint) => {
    add.disabled = true
    fill(outcome, complaint === null ? null : problem(new Error(complaint)))
  })

  async function showPreview(): Promise<void> {
    const body = { domain: domain.value, pem: input.read() }
    const { previews } = await request<Previews>('POST', '/api/v1/registry/preview', {
      body,
      signal,
    })
    fill(outcome, ...previews.map(previewOf))
    add.disabled = previews.length === 0
    add.textContent = `Add ${plural(previews.length, 'certificate')}`
  }

  async function register(): Promise<void> {
    const body = {
      domain: domain.value,
      pem: input.read(),
      state: state.value,
      ...textsOf({ clientName, owner, notes }),
    }
    const { results } = await request<Added>('POST', '/api/v1/registry/entries', { body })
    const said = results.map(wordsOf)
    fill(outcome, html('ul', { class: 'problems' }, ...said.map((text) => html('li', {}, text))))
    announce(said.join('. '))
    add.disabled = true
    onChange()
  }

  const attempt = (work: () => Promise<void>) => async (): Promise<void> => {
    try {
      await work()
    } catch (error) {
      fill(outcome, problem(error))
    }
  }
  add.addEventListener('click', attempt(register))
  // Another domain may decide otherwise.
  domain.addEventListener('change', () => {
    add.disabled = true
    fill(outcome)
  })
  dialog.body.append(
    html(
      'form',
      {
        onsubmit: (event) => {
          event.preventDefault()
          void attempt(showPreview)()
        },
      },
      ...(domains.length > 1 ? [html('label', { for: domain.id }, 'Domain'), domain] : []),
      input.element,
      html(
        'div',
        { class: 'filter' },
        labelled('State', state),
        labelled('Client', clientName),
        labelled('Owner', owner),
        labelled('Notes', notes),
      ),
      html('div', { class: 'actions' }, preview, add),
    ),
    outcome,
  )
}

const labelled = (label: string, control: HTMLElement): HTMLElement =>
  html('div', { class: 'field' }, html('label', { for: control.id }, label), control)

/** What was written; what was left empty is not sent. */
function textsOf(controls: Readonly<Record<string, HTMLInputElement>>): Record<string, string> {
  const written = Object.entries(controls).map(([name, { value }]) => [name, value.trim()] as const)
  return Object.fromEntries(written.filter(([, value]) => value !== ''))
}

function wordsOf({ subject, thumbprint, outcome, problem: refusal }: AddResult): string {
  const name = `${subject} (${shorten(thumbprint)})`
  return refusal === null ? `${name}: ${outcome}` : `${name}: not added, ${refusal.message}`
}
