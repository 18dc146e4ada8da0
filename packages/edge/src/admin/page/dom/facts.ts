import { type Child, html } from './element.js'

/** Terms and what they are; a fact that is not known is left out. */
export function facts(entries: readonly (readonly [term: string, value: Child])[]): HTMLElement {
  const known = entries.filter(([, value]) => value !== null && value !== '')
  return html(
    'dl',
    { class: 'facts' },
    ...known.flatMap(([term, value]) => [html('dt', {}, term), html('dd', {}, value)]),
  )
}
