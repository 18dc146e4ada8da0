import type { Activity } from '../../api/types.js'
import { html } from '../../dom/element.js'
import { formatCount, formatMilliseconds } from '../../dom/format.js'

/** The figures at the top: of the minute that has just ended, since the current one is still filling up. */
export function figures({ minutes, connections, latency }: Activity): HTMLElement[] {
  const minute = minutes.at(-2) ?? minutes.at(-1)
  const refused = (minute?.verdicts.refused ?? 0) + (minute?.handshakesRefused ?? 0)
  return [
    tile('Requests a minute', formatCount(minute?.requests ?? 0)),
    tile('Refused a minute', formatCount(refused)),
    tile('Errors a minute (5xx)', formatCount(minute?.errors ?? 0)),
    tile('Open connections', formatCount(connections.open)),
    tile('Edge, 99 %', formatMilliseconds(latency.edge.p99Ms)),
    tile('Auth0, 99 %', formatMilliseconds(latency.auth0.p99Ms)),
  ]
}

const tile = (label: string, value: string): HTMLElement =>
  html(
    'div',
    { class: 'tile' },
    html('span', { class: 'tile-value' }, value),
    html('span', { class: 'tile-label' }, label),
  )
