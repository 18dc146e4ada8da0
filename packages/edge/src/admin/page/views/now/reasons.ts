import type { Activity } from '../../api/types.js'
import { html } from '../../dom/element.js'
import { formatCount } from '../../dom/format.js'

/** Reasons with how often each was given, most first. The codes are those of the answer, the log and `explain`. */
export function reasonsOf(reasons: Activity['reasons']): HTMLElement {
  if (reasons.length === 0) return html('p', { class: 'empty' }, 'Nobody was refused.')
  const most = Math.max(...reasons.map(({ count }) => count))
  return html(
    'ul',
    { class: 'reasons' },
    ...reasons.map(({ reason, count }) =>
      html(
        'li',
        {},
        html('code', {}, reason),
        barOf(count / most),
        html('span', { class: 'number' }, formatCount(count)),
      ),
    ),
  )
}

function barOf(share: number): HTMLElement {
  const bar = html('div', { class: 'bar-fill' })
  bar.style.width = `${share * 100}%`
  return html('div', { class: 'bar-track', 'aria-hidden': 'true' }, bar)
}
