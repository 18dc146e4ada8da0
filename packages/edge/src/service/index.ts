export { createLogger } from './log/logger.js'
export { type RunningEdge, type StartOptions, startEdge } from './start-edge.js'
