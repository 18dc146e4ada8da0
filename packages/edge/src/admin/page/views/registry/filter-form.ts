import type { Domain } from '../../api/types.js'
import { html } from '../../dom/element.js'
import type { EntryFilter } from './entry-list.js'
import { domainSelect, select } from './select.js'

const TYPING_PAUSE = 300
const DAY = 86_400_000

/** What is looked for; each change shows it after a short pause. */
export function filterForm(
  domains: readonly Domain[],
  show: (filter: EntryFilter) => void,
): HTMLElement {
  let timer: ReturnType<typeof setTimeout> | undefined
  const search = html('input', {
    id: 'search',
    type: 'search',
    maxlength: 100,
    spellcheck: 'false',
    placeholder: 'subject, client, owner, notes, thumbprint',
  })
  const state = select('state', [
    ['', 'any state'],
    ['active', 'active'],
    ['pending', 'pending'],
    ['suspended', 'suspended'],
    ['revoked', 'revoked'],
  ])
  const expiring = select('expiring', [
    ['', 'any time'],
    ['7', 'within 7 days'],
    ['30', 'within 30 days'],
    ['90', 'within 90 days'],
  ])
  const domain = domains.length > 1 ? domainSelect('domain', domains, 'all domains') : null

  const read = (): EntryFilter => ({
    search: search.value.trim(),
    state: state.value,
    domain: domain?.value ?? '',
    expiresBefore:
      expiring.value === ''
        ? ''
        : new Date(Date.now() + Number(expiring.value) * DAY).toISOString(),
  })
  const later = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => show(read()), TYPING_PAUSE)
  }
  const form = html(
    'form',
    {
      class: 'filter',
      role: 'search',
      oninput: later,
      onsubmit: (event) => event.preventDefault(),
    },
    field('Search', search),
    field('State', state),
    field('Expires', expiring),
    domain === null ? null : field('Domain', domain),
  )
  show(read())
  return form
}

const field = (label: string, control: HTMLElement): HTMLElement =>
  html('div', { class: 'field' }, html('label', { for: control.id }, label), control)
