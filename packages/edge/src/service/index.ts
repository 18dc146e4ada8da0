export { createLogger } from './logger.js'
export { type RunOptions, runEdge } from './run-edge.js'
export { type RunningEdge, type StartOptions, startEdge } from './start-edge.js'
