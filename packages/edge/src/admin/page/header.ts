import { request } from './api/client.js'
import type { Health } from './api/types.js'
import { fill, html } from './dom/element.js'
import { statePill } from './dom/pill.js'
import { poll } from './dom/poll.js'
import { ROUTES, type Route } from './routes.js'
import { themeButton } from './theme.js'

const HEALTH_INTERVAL = 5_000

/** The bar over every view: where one is, how the edge is, and the way out. */
export function header(current: Route, signOut: () => void, signal: AbortSignal): HTMLElement {
  const health = html('span', { class: 'health' })
  poll(signal, HEALTH_INTERVAL, async () => fill(health, await askHealth(signal)))
  const links = ROUTES.map(({ hash, title }) =>
    html('a', { href: hash, 'aria-current': hash === current.hash ? 'page' : null }, title),
  )
  return html(
    'div',
    { class: 'bar' },
    html('strong', { class: 'brand' }, 'mtls-edge'),
    html('nav', { 'aria-label': 'Views' }, ...links),
    html(
      'span',
      { class: 'bar-end' },
      health,
      themeButton(),
      html('button', { type: 'button', class: 'quiet', onclick: signOut }, 'Sign out'),
    ),
  )
}

async function askHealth(signal: AbortSignal): Promise<HTMLElement> {
  try {
    const { status, parts } = await request<Health>('GET', '/api/v1/health', { signal })
    const element = statePill(status)
    element.title = Object.entries(parts)
      .map(([name, part]) => `${name}: ${part.state}`)
      .join('\n')
    return element
  } catch {
    return statePill('away')
  }
}
