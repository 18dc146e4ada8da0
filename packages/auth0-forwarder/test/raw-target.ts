import { createServer, type TLSSocket } from 'node:tls'
import type { Test } from 'tap'
import { serverCertificate } from './edge-in-test.ts'
import { listenOnLoopback } from './listen.ts'

/** Called for each request, when its head is there; bodies are not looked at. */
export type RawAnswer = (socket: TLSSocket, target: RawTarget) => void

/** A TLS server that answers with bytes, whatever they are. */
export interface RawTarget {
  readonly origin: string
  /** The sockets of the connections, in their order. */
  readonly sockets: readonly TLSSocket[]
  /** Of each request the path, and the number of its connection, from 1 on. */
  readonly requests: readonly { readonly path: string; readonly connection: number }[]
  /** All that came, by connection. */
  readonly received: readonly string[]
  answerWith(answer: RawAnswer): void
}

/** @param greeting - written on each connection before anything is asked */
export async function startRawTarget(
  t: Test,
  answer: RawAnswer,
  greeting = '',
): Promise<RawTarget> {
  const sockets: TLSSocket[] = []
  const requests: { path: string; connection: number }[] = []
  const received: string[] = []
  const { chainPem, keyPem } = serverCertificate
  let current = answer
  const server = createServer({ cert: chainPem, key: keyPem }, (socket) => {
    const connection = sockets.push(socket.setNoDelay(true))
    let head = ''
    received.push('')
    socket.on('error', () => {})
    if (greeting !== '') socket.write(greeting)
    socket.on('data', (bytes) => {
      const text = bytes.toString('latin1')
      received[connection - 1] += text
      head += text
      const heads = head.split('\r\n\r\n')
      head = heads.pop() ?? ''
      for (const each of heads) {
        const path = / (\/\S*) HTTP\/1\.1/.exec(each)?.[1]
        if (path === undefined) continue
        requests.push({ path, connection })
        current(socket, target)
      }
    })
  })
  const port = await listenOnLoopback(t, server, sockets)
  const target: RawTarget = {
    origin: `https://localhost:${port}`,
    sockets,
    requests,
    received,
    answerWith: (next) => {
      current = next
    },
  }
  return target
}

/** An answer that keeps its connection. */
export const whole = (body = 'ok'): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`

/** Writes these bytes, and leaves the connection as it is. */
export const write =
  (bytes: string): RawAnswer =>
  (socket) => {
    socket.write(bytes, 'latin1')
  }
