export * from './client/index.js'
export {
  type EdgeProcess,
  type EdgeProcessOptions,
  EdgeStartError,
  findEdgeProgram,
  spawnEdge,
} from './demo/edge-process.js'
export * from './management-api/index.js'
export * from './pki/index.js'
export * from './standin/index.js'
export * from './upstream/index.js'
export * from './wire/index.js'
