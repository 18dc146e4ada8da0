import { configurationView } from './views/configuration.js'
import { expiryView } from './views/expiry.js'
import { nowView } from './views/now/view.js'
import { registryView } from './views/registry/view.js'
import { revocationView } from './views/revocation.js'

/** A view of the page. */
export interface Route {
  readonly hash: string
  readonly title: string
  /** Makes it; the signal ends what it has begun. */
  readonly view: (signal: AbortSignal) => HTMLElement
}

const NOW: Route = { hash: '#now', title: 'Now', view: nowView }

export const ROUTES: readonly Route[] = [
  NOW,
  { hash: '#registry', title: 'Registry', view: registryView },
  { hash: '#expiry', title: 'Expiry', view: expiryView },
  { hash: '#revocation', title: 'Revocation', view: revocationView },
  { hash: '#configuration', title: 'Configuration', view: configurationView },
]

export const routeOf = (hash: string): Route => ROUTES.find((route) => route.hash === hash) ?? NOW
