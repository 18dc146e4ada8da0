export { createLogger } from './logger.js'
export { runEdge } from './run-edge.js'
export { type RunningEdge, type StartOptions, startEdge } from './start-edge.js'
