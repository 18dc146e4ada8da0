import {
  encodeFields,
  encodeFrame,
  HTTP2_FLAG,
  HTTP2_FRAME,
  type Http2Wire,
  type Http2WireOptions,
  openHttp2Connection,
  openHttp2Wire,
} from '@mtls-edge/testkit'
import type { Test } from 'tap'
import {
  createAuthorities,
  MTLS_DOMAIN,
  type Stage,
  startStage,
} from '../../packages/edge/test/front-stage.ts'

const authorities = createAuthorities()
/** In milliseconds. More than anything here takes on a busy machine. */
const PATIENCE = 30_000

/** A host that speaks HTTP/2, and how its clients of both kinds do. */
export interface Http2Stage {
  readonly stage: Stage
  /** Requests that the service was given since the last call. */
  takeReached(): number
  /** Answers that are held back now. */
  readonly held: () => number
  /** Why sessions were ended, since the last call. */
  takeReasons(): readonly string[]
  attack(more?: Partial<Http2WireOptions>): Promise<Http2Wire>
  /** Resolves when as many connections are open. */
  connections(count: number): Promise<void>
  /** Asks all the time what anybody may ask; `stop` gives back how many answers came, all of them right. */
  startVictim(): Promise<{ stop(): Promise<number> }>
}

/** Starts it. `/hold` is never answered, `/large` with a megabyte, anything else at once. */
export async function startHttp2Stage(t: Test, limits = {}): Promise<Http2Stage> {
  let reached = 0
  let held = 0
  const reasons: string[] = []
  const stage = await startStage({
    authorities,
    host: {
      http2: true,
      limits,
      onHttp2Refused: ({ reason }) => void reasons.push(reason),
    },
    listener(request, response) {
      if (request.url === '/victim') {
        response.end('served')
        return
      }
      reached += 1
      held += 1
      response.once('close', () => {
        held -= 1
      })
      if (request.url === '/large') response.end(Buffer.alloc(1024 * 1024))
      else if (request.url !== '/hold') response.end('done')
    },
  })
  t.teardown(() => stage.close())
  const options = { port: stage.port, servername: MTLS_DOMAIN, timeout: PATIENCE }
  return {
    stage,
    held: () => held,
    takeReached() {
      const count = reached
      reached = 0
      return count
    },
    takeReasons: () => reasons.splice(0),
    attack: (more = {}) => openHttp2Wire({ ...options, ...more }),
    async connections(count) {
      while (stage.front.connections.total !== count) await pause(20)
    },
    async startVictim() {
      const connection = await openHttp2Connection(options)
      let isStopped = false
      let served = 0
      const asking = (async () => {
        while (!isStopped || served === 0) {
          const answer = await connection.ask({ ':path': '/victim' })
          if (answer.status !== 200 || answer.text !== 'served') throw new Error(answer.text)
          served += 1
          await pause(10)
        }
        connection.destroy()
        return served
      })()
      return {
        stop() {
          isStopped = true
          return asking
        },
      }
    },
  }
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Fields of a request as they should be. */
export const fieldsOf = (path: string, method = 'GET'): Buffer =>
  encodeFields([
    [':method', method],
    [':scheme', 'https'],
    [':authority', MTLS_DOMAIN],
    [':path', path],
  ])

/** HEADERS of a whole request without a body. */
export const whole = (stream: number, fields = fieldsOf('/hold')): Buffer =>
  encodeFrame(HTTP2_FRAME.headers, HTTP2_FLAG.endStream | HTTP2_FLAG.endHeaders, stream, fields)

/** HEADERS of a request whose body is yet to come. */
export const begun = (stream: number, fields = fieldsOf('/hold', 'POST')): Buffer =>
  encodeFrame(HTTP2_FRAME.headers, HTTP2_FLAG.endHeaders, stream, fields)

/** The number of the client's nth stream, from 0. */
export const streamId = (index: number): number => 2 * index + 1
