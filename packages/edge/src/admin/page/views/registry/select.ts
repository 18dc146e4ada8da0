import type { Domain } from '../../api/types.js'
import { html } from '../../dom/element.js'

/** A choice; the first one holds at the start. */
export function select(
  id: string,
  options: readonly (readonly [value: string, label: string])[],
): HTMLSelectElement {
  return html(
    'select',
    { id },
    ...options.map(([value, label]) => html('option', { value }, label)),
  )
}

/** A choice of domains, with a first one for all of them where that makes sense. */
export function domainSelect(
  id: string,
  domains: readonly Domain[],
  all: string | null,
): HTMLSelectElement {
  const named = domains.map(({ customDomain }) => [customDomain, customDomain] as const)
  return select(id, all === null ? named : [['', all], ...named])
}
