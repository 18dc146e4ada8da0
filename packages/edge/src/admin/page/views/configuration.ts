import { request } from '../api/client.js'
import type { Configuration, ConfigurationProblem } from '../api/types.js'
import { type Child, html } from '../dom/element.js'
import { formatTime } from '../dom/format.js'
import { pill } from '../dom/pill.js'
import { loaded } from './loaded.js'

/** What the edge was told, with every default filled in and every secret left out. */
export function configurationView(signal: AbortSignal): HTMLElement {
  const content = loaded(async () => {
    const configuration = await request<Configuration>('GET', '/api/v1/configuration', { signal })
    return html(
      'div',
      {},
      stateOf(configuration),
      html(
        'section',
        { class: 'card tree' },
        html('h2', {}, 'In force'),
        treeOf(configuration.values),
      ),
    )
  })
  return html('div', {}, html('h1', {}, 'Configuration'), content)
}

function stateOf({
  file,
  state,
  since,
  problems,
  warnings,
  nextStart,
}: Configuration): HTMLElement {
  const isInForce = state === 'ready'
  return html(
    'section',
    { class: 'card' },
    html('h2', {}, 'The files'),
    html(
      'p',
      {},
      html('code', {}, file),
      ' ',
      isInForce ? pill('in force', 'good') : pill('refused', 'bad'),
      ` since ${formatTime(since)}`,
    ),
    !isInForce &&
      html('p', {}, 'The files can’t be used as they are; what was read before stays in force.'),
    problemsOf(problems, 'bad'),
    problemsOf(warnings, 'warn'),
    nextStart.length > 0 &&
      html('p', {}, `Changed, and waiting for the next start: ${nextStart.join(', ')}`),
  )
}

function problemsOf(problems: readonly ConfigurationProblem[], tone: 'bad' | 'warn'): Child {
  if (problems.length === 0) return null
  return html(
    'ul',
    { class: 'problems' },
    ...problems.map(({ file, line, path, message, mend }) =>
      html(
        'li',
        { 'data-tone': tone },
        html('code', {}, [path, message].filter((text) => text !== '').join(' ')),
        html('small', { class: 'detail' }, `${file}, line ${line} · ${mend}`),
      ),
    ),
  )
}

/** Any value, as deep as it goes. */
function treeOf(value: unknown): Child {
  if (Array.isArray(value)) {
    if (value.length === 0) return html('span', { class: 'muted' }, 'none')
    return html('ol', {}, ...value.map((item) => html('li', {}, treeOf(item))))
  }
  if (typeof value === 'object' && value !== null)
    return html(
      'dl',
      { class: 'facts' },
      ...Object.entries(value).flatMap(([key, item]) => [
        html('dt', {}, key),
        html('dd', {}, treeOf(item)),
      ]),
    )
  if (value === null) return html('span', { class: 'muted' }, 'none')
  return html('code', {}, String(value))
}
