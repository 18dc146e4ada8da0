import { caddy } from './caddy.ts'
import { edge } from './edge.ts'
import type { Gateway } from './gateway.ts'
import { haproxy } from './haproxy.ts'
import { nginx } from './nginx.ts'
import {
  byHandBuffered,
  byHandStreams,
  express,
  fastifyHttpProxy,
  httpProxy,
  replyFrom,
} from './node-gateway.ts'

/** All that are compared, in the order of the tables. Ratios are to the second. */
export const GATEWAYS: readonly Gateway[] = [
  edge,
  nginx,
  haproxy,
  caddy,
  byHandStreams,
  byHandBuffered,
  replyFrom,
  fastifyHttpProxy,
  httpProxy,
  express,
]

/** The nearest of them: for a quick look. */
export const NEAREST_GATEWAYS: readonly Gateway[] = GATEWAYS.filter(
  (gateway) => ![fastifyHttpProxy, httpProxy, express].includes(gateway),
)

/** One of each sort: where a figure takes long, or is of TLS more than of how a gateway is written. */
export const EXAMPLES: readonly Gateway[] = [edge, nginx, haproxy, byHandStreams, replyFrom]
