export {
  ConfigurationError,
  type EdgeConfiguration,
  type LoadOptions,
  loadConfiguration,
  type Problem,
  Secret,
} from './configuration/index.js'
export { createLogger, type RunningEdge, type StartOptions, startEdge } from './service/index.js'
