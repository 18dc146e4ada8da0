/** An HTTP/1 response as it came over the wire. */
export interface WireResponse {
  readonly httpVersion: string
  readonly status: number
  readonly statusText: string
  /** Names in lower case; several values of a name are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** The body as UTF-8 text. */
  readonly text: string
  /** The 1xx responses before this one: their status codes. */
  readonly informational: readonly number[]
}

/** A response, and the bytes that came after it. */
export interface ReadResponse {
  readonly response: WireResponse
  readonly rest: Buffer
}

/** What a reader of a response must know beside its bytes. */
export interface ReadContext {
  /** Method of the request: a response to HEAD has no body. */
  readonly method: string
  /** Whether the other side has ended the connection, which may end a body. */
  readonly ended: boolean
}

/**
 * Reads the first final response of `bytes`.
 * @returns `null` as long as it is not complete
 * @throws Error where it is no HTTP/1 response
 */
export function readResponse(bytes: Buffer, context: ReadContext): ReadResponse | null {
  const informational: number[] = []
  let rest = bytes
  for (;;) {
    const head = readHead(rest)
    if (head === null) return null
    const after = rest.subarray(head.length)
    const isInterim = head.status >= 100 && head.status < 200 && head.status !== 101
    if (!isInterim) return complete(head, after, informational, context)
    informational.push(head.status)
    rest = after
  }
}

interface Head {
  readonly length: number
  readonly httpVersion: string
  readonly status: number
  readonly statusText: string
  readonly rawHeaders: readonly string[]
  readonly headers: Readonly<Record<string, string>>
}

function readHead(bytes: Buffer): Head | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return null
  const [statusLine = '', ...fields] = bytes.toString('latin1', 0, end).split('\r\n')
  const match = /^HTTP\/(\d\.\d) (\d{3}) ?(.*)$/.exec(statusLine)
  if (!match) throw new Error(`no HTTP/1 response: ${JSON.stringify(statusLine)}`)
  const rawHeaders = fields.flatMap((field) => {
    const colon = field.indexOf(':')
    return [field.slice(0, colon), field.slice(colon + 1).trim()]
  })
  const [, httpVersion = '', status = '', statusText = ''] = match
  const headers = joinHeaders(rawHeaders)
  return { length: end + 4, httpVersion, status: Number(status), statusText, rawHeaders, headers }
}

function joinHeaders(rawHeaders: readonly string[]): Readonly<Record<string, string>> {
  const headers = new Map<string, string>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    const value = rawHeaders[index + 1] ?? ''
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return Object.fromEntries(headers)
}

function complete(
  head: Head,
  after: Buffer,
  informational: readonly number[],
  context: ReadContext,
): ReadResponse | null {
  const read = readBody(head, after, context)
  if (read === null) return null
  const { length: _, ...fields } = head
  const text = read.body.toString('utf8')
  return { response: { ...fields, body: read.body, text, informational }, rest: read.rest }
}

interface Body {
  readonly body: Buffer
  readonly rest: Buffer
}

function readBody(head: Head, after: Buffer, { method, ended }: ReadContext): Body | null {
  const { status, headers } = head
  const isBodiless = method === 'HEAD' || status === 101 || status === 204 || status === 304
  if (isBodiless) return { body: Buffer.alloc(0), rest: after }
  if (/\bchunked$/i.test(headers['transfer-encoding'] ?? '')) return readChunks(after)
  const length = headers['content-length']
  if (length === undefined) return ended ? { body: after, rest: Buffer.alloc(0) } : null
  if (after.length < Number(length)) return null
  return { body: after.subarray(0, Number(length)), rest: after.subarray(Number(length)) }
}

function readChunks(bytes: Buffer): Body | null {
  const chunks: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd === -1) return null
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const start = lineEnd + 2
    if (size === 0) return endOfChunks(bytes, start, chunks)
    if (bytes.length < start + size + 2) return null
    chunks.push(bytes.subarray(start, start + size))
    at = start + size + 2
  }
}

function endOfChunks(bytes: Buffer, start: number, chunks: readonly Buffer[]): Body | null {
  // Without trailers the empty line follows at once; with them it ends their block.
  if (bytes.toString('latin1', start, start + 2) === '\r\n') {
    return { body: Buffer.concat(chunks), rest: bytes.subarray(start + 2) }
  }
  const end = bytes.indexOf('\r\n\r\n', start)
  return end === -1 ? null : { body: Buffer.concat(chunks), rest: bytes.subarray(end + 4) }
}
