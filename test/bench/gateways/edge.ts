import { findEdgeProgram } from '@mtls-edge/testkit'
import { stringify } from 'yaml'
import { findFreePort } from '../stage/free-port.ts'
import { startProgram } from '../stage/pinned-process.ts'
import { ALIAS, API_KEY, CUSTOM_DOMAIN, type Stage } from '../stage/stage.ts'
import type { Gateway, GatewayOptions } from './gateway.ts'

/** How this edge is to be set up where it is not the usual way. */
export interface EdgeVariant {
  readonly name: string
  readonly logLevel?: 'info' | 'warn'
  /** Added to the stage's domain. */
  readonly domain?: (stage: Stage) => object
  /** Beside it. */
  readonly moreDomains?: (stage: Stage) => readonly object[]
  /** Added to the configuration. */
  readonly settings?: (stage: Stage) => object
}

/** This edge, with its built program, and with its line in the log for each request. */
export const edge: Gateway = edgeVariant({ name: 'mtls-edge' })

/** This edge in some other way. */
export function edgeVariant({ name, logLevel = 'info', ...variant }: EdgeVariant): Gateway {
  return {
    name,
    async start(stage, options) {
      const healthPort = await findFreePort()
      const settings = {
        ...describe(options, healthPort),
        ...variant.settings?.(stage),
        domains: [
          { ...describeDomain(stage), ...variant.domain?.(stage) },
          ...(variant.moreDomains?.(stage) ?? []),
        ],
      }
      const file = stage.write(`${name}.yaml`, stringify(settings))
      return startProgram({
        command: process.execPath,
        args: [findEdgeProgram(), 'start', '--config', file, '--log-level', logLevel],
        port: options.port,
        logFile: stage.path(`${name}.log`),
        cores: options.cores,
      })
    },
  }
}

function describe({ port, workers = 1 }: GatewayOptions, healthPort: number): object {
  return {
    listen: { host: '127.0.0.1', port },
    workers,
    health: { host: '127.0.0.1', port: healthPort },
    // 10,000 connections lie idle here while they are opened; the others' limits are as far away.
    limits: { connections: 15_000, idleTimeout: '10m' },
  }
}

/** The stage's domain. Sessions may be resumed where the stage says so. */
export function describeDomain({ files, upstreamPort, options }: Stage): object {
  return {
    resumption: options.tickets ? 'safe' : 'off',
    customDomain: CUSTOM_DOMAIN,
    mtlsDomain: ALIAS,
    serverCertificates: [{ certificateFile: files.serverChain, keyFile: files.serverKey }],
    auth0: {
      // By address: the edge may not forward to one of its own names.
      forwardingTarget: `https://127.0.0.1:${upstreamPort}`,
      cnameApiKey: API_KEY,
      caFile: files.serverRoot,
    },
    clientCertificates: {
      caSigned: {
        trustAnchorFiles: [files.clientRoot],
        intermediateFiles: [files.clientIntermediate],
        revocation: { mode: 'off' },
      },
    },
  }
}
