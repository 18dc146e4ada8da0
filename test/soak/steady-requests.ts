import { Agent, request } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import type { Issued } from '@mtls-edge/testkit'

/** One in so many requests comes over a connection of its own, so that handshakes meet the changes too. */
const NEW_CONNECTION_EVERY = 10

/** More than any request takes on a busy machine, in milliseconds. */
const PATIENCE = 10_000

export interface SteadyRequestsOptions {
  readonly port: number
  readonly servername: string
  /** Root of the edge's own certificates. */
  readonly ca: string
  readonly certificate: Issued
  readonly perSecond: number
  readonly seconds: number
  /** Asked once these are over: whether to go on. */
  readonly goesOn?: () => boolean
}

export interface SteadyResult {
  readonly sent: number
  /** What went wrong, one entry a request. */
  readonly failures: readonly string[]
  /** Milliseconds. */
  readonly slowest: number
}

/** Sends requests at a steady pace, whether earlier ones were answered or not. Most share connections that are kept. */
export async function sendSteadily(options: SteadyRequestsOptions): Promise<SteadyResult> {
  const { perSecond, seconds, certificate, ca, port, servername, goesOn = () => false } = options
  const identity = { ca, cert: certificate.chainPem, key: certificate.keyPem, servername }
  const kept = new Agent({ keepAlive: true, maxSockets: 20, ...identity })
  const fresh = new Agent({ keepAlive: false, ...identity })
  const failures: string[] = []
  let slowest = 0
  const total = perSecond * seconds
  const pending: Promise<void>[] = []
  const startedAt = performance.now()
  for (let index = 0; index < total || goesOn(); index += 1) {
    const due = startedAt + (index * 1000) / perSecond - performance.now()
    // Beyond its time there is no pace to keep up with, and who goes on without a pause would never see the reason to end.
    if (index >= total) await pause(1000 / perSecond)
    else if (due > 1) await pause(due)
    const agent = index % NEW_CONNECTION_EVERY === 0 ? fresh : kept
    const sentAt = performance.now()
    pending.push(
      sendOne(agent, port, servername).then((failure) => {
        slowest = Math.max(slowest, performance.now() - sentAt)
        if (failure !== null) failures.push(`request ${index}: ${failure}`)
      }),
    )
  }
  await Promise.all(pending)
  kept.destroy()
  fresh.destroy()
  return { sent: pending.length, failures, slowest }
}

/** Returns what went wrong, or `null`. */
function sendOne(agent: Agent, port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const body = 'grant_type=client_credentials'
    const headers = { host, 'content-length': body.length }
    const path = '/oauth/token'
    const outgoing = request({ agent, port, host: '127.0.0.1', method: 'POST', path, headers })
    outgoing.setTimeout(PATIENCE, () => outgoing.destroy(new Error('no answer in time')))
    outgoing.on('error', (error) => resolve(error.message))
    outgoing.on('response', (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += String(chunk)
      })
      response.on('error', (error) => resolve(error.message))
      response.on('end', () => {
        resolve(response.statusCode === 200 ? null : `${response.statusCode} ${text}`)
      })
    })
    outgoing.end(body)
  })
}
