import { connect, type Socket } from 'node:net'

/** What a server said to raw bytes, and what it did with the connection then. */
export interface Answer {
  readonly status: number
  /** The error's code; null where the answer has none, as those of Node's parser. */
  readonly code: string | null
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
  /** Everything that came, 1xx answers and what followed the first answer included. */
  readonly everything: string
  /** Whether the server closed the connection; otherwise it was still open after a complete answer. */
  readonly closed: boolean
}

/** A server that is silent for so long hangs: the test fails. Milliseconds. */
const SILENCE_LIMIT = 3_000

/**
 * Sends bytes (latin1) over plain TCP, and reads to the first complete answer, and on until the server
 * has closed unless that answer says `Connection: keep-alive`.
 */
export function exchange(port: number, bytes: string): Promise<Answer> {
  return readAnswer(send(port, bytes), bytes.startsWith('HEAD '))
}

/** Sends bytes, and reads until the server has closed, whatever its answers say. */
export function exchangeAll(port: number, bytes: string): Promise<Answer> {
  return readAnswer(send(port, bytes), false, true)
}

function send(port: number, bytes: string): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.write(Buffer.from(bytes, 'latin1'))
  return socket
}

/** Reads the answer off a socket, TLS or not; see {@link exchange}. */
export function readAnswer(
  socket: Socket,
  isBodiless = false,
  untilClose = false,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let everything = ''
    const finish = (closed: boolean): void => {
      socket.destroy()
      const answer = parseAnswer(everything, isBodiless, closed)
      if (answer === null) reject(new Error(`no complete answer: ${JSON.stringify(everything)}`))
      else resolve(answer)
    }
    socket.setTimeout(SILENCE_LIMIT, () => finish(false))
    socket.on('data', (chunk: Buffer) => {
      everything += chunk.toString('latin1')
      const answer = parseAnswer(everything, isBodiless, false)
      if (!untilClose && answer?.headers.get('connection') === 'keep-alive') finish(false)
    })
    // A reset after the answer is a close too: the server need not read what it refused.
    socket.on('error', () => finish(true))
    socket.on('close', () => finish(true))
  })
}

function parseAnswer(everything: string, isBodiless: boolean, closed: boolean): Answer | null {
  const text = everything.replace(/^(?:HTTP\/1\.1 1\d\d [^\r]*\r\n(?:[^\r]+\r\n)*\r\n)+/, '')
  const headEnd = text.indexOf('\r\n\r\n')
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)
  if (headEnd === -1 || status === null) return null
  const headers = new Map(
    text
      .slice(0, headEnd)
      .split('\r\n')
      .slice(1)
      .map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
      }),
  )
  const length = isBodiless ? 0 : Number(headers.get('content-length') ?? 0)
  const body = text.slice(headEnd + 4, headEnd + 4 + length)
  if (body.length < length) return null
  return { status: Number(status[1]), code: readCode(body), headers, body, everything, closed }
}

function readCode(body: string): string | null {
  const own = /"code":"([A-Z_]+)"/.exec(body)?.[1]
  if (own !== undefined) return own
  const reason = /"error_description":"([a-z_]+): /.exec(body)?.[1]
  return reason === undefined ? null : `FST_PATH_GUARD_${reason.toUpperCase()}`
}
