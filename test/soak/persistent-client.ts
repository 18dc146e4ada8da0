import { Agent, request } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import type { Issued } from '@mtls-edge/testkit'

/** One in so many requests comes over a connection of its own. */
const NEW_CONNECTION_EVERY = 5

/** Kept ones, so that every worker has some. */
const KEPT_CONNECTIONS = 4

/** More than any request takes on a busy machine, in milliseconds. */
const PATIENCE = 20_000

export interface PersistentClientOptions {
  readonly port: number
  readonly servername: string
  /** Root of the edge's own certificates. */
  readonly ca: string
  readonly certificate: Issued
  readonly perSecond: number
  /** Ends it. */
  readonly signal: AbortSignal
}

/** What became of a request. */
export interface Answer {
  /** By `performance.now`. */
  readonly sentAt: number
  /** `null` where there was no answer. */
  readonly status: number | null
  /** The body, or what went wrong. */
  readonly text: string
}

/**
 * Asks for a token at a steady pace until it is told to end, whatever is answered: mostly over connections that it keeps.
 * Answers are put into `answers` as they come.
 */
export async function askPersistently(
  options: PersistentClientOptions,
  answers: Answer[],
): Promise<void> {
  const { certificate, ca, port, servername, perSecond, signal } = options
  const identity = { ca, cert: certificate.chainPem, key: certificate.keyPem, servername }
  const kept = new Agent({ keepAlive: true, maxSockets: KEPT_CONNECTIONS, ...identity })
  const fresh = new Agent({ keepAlive: false, ...identity })
  const pending = new Set<Promise<void>>()
  for (let count = 0; !signal.aborted; count += 1) {
    const agent = count % NEW_CONNECTION_EVERY === 0 ? fresh : kept
    const asked = ask(agent, port, servername).then((answer) => {
      answers.push(answer)
      pending.delete(asked)
    })
    pending.add(asked)
    await pause(1000 / perSecond, undefined, { signal }).catch(() => undefined)
  }
  await Promise.all(pending)
  kept.destroy()
  fresh.destroy()
}

function ask(agent: Agent, port: number, host: string): Promise<Answer> {
  return new Promise((resolve) => {
    const body = 'grant_type=client_credentials'
    const headers = { host, 'content-length': body.length }
    const path = '/oauth/token'
    const outgoing = request({ agent, port, host: '127.0.0.1', method: 'POST', path, headers })
    // On its way from here: in the agent's queue it may have waited for a connection.
    let sentAt = performance.now()
    const fail = (error: Error): void => resolve({ sentAt, status: null, text: error.message })
    outgoing.setTimeout(PATIENCE, () => outgoing.destroy(new Error('no answer in time')))
    outgoing.on('error', fail)
    outgoing.on('socket', (socket) => {
      const send = (): void => {
        sentAt = performance.now()
        outgoing.end(body)
      }
      if (socket.connecting) socket.once('secureConnect', send)
      else send()
    })
    outgoing.on('response', (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += String(chunk)
      })
      response.on('error', fail)
      response.on('end', () => resolve({ sentAt, status: response.statusCode ?? null, text }))
    })
  })
}
