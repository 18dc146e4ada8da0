import { startProgram } from '../stage/pinned-process.ts'
import { ALIAS, API_KEY } from '../stage/stage.ts'
import type { Gateway } from './gateway.ts'
import type { Settings } from './node/settings.ts'
import { plainProgram } from './plain-programs.ts'

/** A gateway that is a program of Node in the folder `node`: the Node and the settings are the edge's. */
function nodeGateway(name: string, program: string, variant = ''): Gateway {
  return {
    name,
    start(stage, { port, cores }) {
      const { files, upstreamPort, options } = stage
      const settings: Settings = {
        port,
        files,
        upstream: `https://${ALIAS}:${upstreamPort}`,
        apiKey: API_KEY,
        tickets: options.tickets,
        variant,
      }
      return startProgram({
        command: process.execPath,
        args: [plainProgram(stage, program)],
        port,
        logFile: stage.path(`${program}${variant}.log`),
        cores,
        environment: { BENCH_SETTINGS: JSON.stringify(settings), NODE_ENV: 'production' },
      })
    },
  }
}

/** The least that a gateway in Node can be: `node:https` and undici, nothing checked but path and certificate. */
export const byHandStreams = nodeGateway('Node by hand, streams', 'by-hand', 'streams')
/** The same, with small bodies gathered and written at once. */
export const byHandBuffered = nodeGateway('Node by hand, buffered', 'by-hand', 'buffered')
export const replyFrom = nodeGateway('Fastify + reply-from', 'reply-from')
export const fastifyHttpProxy = nodeGateway('@fastify/http-proxy', 'fastify-http-proxy')
export const httpProxy = nodeGateway('http-proxy', 'http-proxy')
export const express = nodeGateway('Express + middleware', 'express')
/** Not compared by anything but the memory of its connections: TLS without a gateway. */
export const tlsAlone = nodeGateway("Node's TLS alone", 'tls-alone')
