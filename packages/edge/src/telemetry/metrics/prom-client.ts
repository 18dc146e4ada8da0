import { createRequire } from 'node:module'

export type PromClient = typeof import('prom-client')

const require = createRequire(import.meta.url)

/**
 * It is loaded when the metrics are first read: ninety modules, with OpenTelemetry's programming interface behind them, which a start
 * need not wait for. A process may have no descriptor left by then, for a while: of an `import` Node remembers for good that it failed.
 *
 * @throws where it can't be loaded now
 */
export const loadPromClient = (): PromClient => require('prom-client')
