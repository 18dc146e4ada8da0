export * from './behaviour.js'
export type { UpstreamRequest } from './recorded-request.js'
export * from './recording-upstream.js'
