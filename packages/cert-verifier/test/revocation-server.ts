import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Teardown = { teardown(fn: () => unknown): unknown }

/** What a server answers, by path; a function for what changes or misbehaves. */
export type Answers = Record<string, Uint8Array | Handle>

export type Handle = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void

/** An HTTP server on 127.0.0.1 that has CRLs and OCSP answers. */
export interface RevocationServer {
  /** Such as `http://127.0.0.1:4711`. */
  readonly origin: string
  readonly port: number
  /** The paths that were asked for, in their order. */
  readonly asked: string[]
  readonly answers: Answers
  /** Ends when this path was asked for once more. */
  nextRequest(path: string): Promise<void>
  /** Closes it, and every connection. */
  stop(): Promise<void>
  /** Listens again on the same port. */
  restart(): Promise<void>
}

/** Starts a server; what it has no answer for is a 404. */
export async function startRevocationServer(
  t: Teardown,
  answers: Answers = {},
  host = '127.0.0.1',
): Promise<RevocationServer> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      asked.push(path)
      server.emit(`asked ${path}`)
      const answer = answers[path]
      if (answer === undefined) response.writeHead(404).end()
      else if (answer instanceof Uint8Array) response.end(answer)
      else answer(request, response, Buffer.concat(chunks))
    })
  })
  const listen = async (port: number): Promise<number> => {
    server.listen(port, host)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const port = await listen(0)
  const stop = async (): Promise<void> => {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  t.teardown(stop)
  return {
    origin: `http://${host}:${port}`,
    port,
    asked,
    answers,
    nextRequest: async (path) => {
      await once(server, `asked ${path}`)
    },
    stop,
    restart: async () => {
      await listen(port)
    },
  }
}

/** Calls again until the result is what is wanted, with a deadline; gives how long it took, in milliseconds. */
export async function until(
  isReached: () => Promise<boolean>,
  { deadline = 5000 }: { deadline?: number } = {},
): Promise<number> {
  const start = performance.now()
  while (!(await isReached())) {
    if (performance.now() - start > deadline) throw new Error(`not reached within ${deadline} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return performance.now() - start
}
