import type { IncomingMessage, ServerResponse } from 'node:http'
import type { UpstreamRequest } from './recorded-request.js'

/** One request and the response to it. */
export interface Exchange {
  readonly request: UpstreamRequest
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
}

/** How the upstream answers. It is called as soon as the headers are there; `await request.ended` waits for the body. */
export type UpstreamHandler = (exchange: Exchange) => void | Promise<void>

/** Header fields of an answer; a list is sent as several fields. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>

/** Reads the whole request, then answers with this as JSON. */
export function answerJson(
  body: unknown = { ok: true },
  status = 200,
  headers: AnswerHeaders = {},
): UpstreamHandler {
  return answerBytes(JSON.stringify(body), status, {
    'content-type': 'application/json',
    ...headers,
  })
}

/** Reads the whole request, then answers with these bytes. */
export function answerBytes(
  body: string | Uint8Array,
  status = 200,
  headers: AnswerHeaders = {},
): UpstreamHandler {
  return async ({ request, response }) => {
    await request.ended
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...copied(headers) })
    response.end(body)
  }
}

/** Reads the whole request, then sends its body back as it was. */
export function echo(): UpstreamHandler {
  return async ({ request, response }) => {
    await request.ended
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    response.end(request.body)
  }
}

/** Never answers. */
export function neverAnswer(): UpstreamHandler {
  return () => {}
}

/** Closes the connection instead of an answer. */
export function dropConnection(): UpstreamHandler {
  return async ({ request, response }) => {
    await request.ended
    response.socket?.destroy()
  }
}

/** Closes the connection on the headers, before the body is read. */
export function dropBeforeBody(): UpstreamHandler {
  return ({ response }) => {
    response.socket?.destroy()
  }
}

/** Answers on the headers alone, while the body is still coming. */
export function answerBeforeBody(status = 413): UpstreamHandler {
  return ({ response }) => {
    response.writeHead(status, { 'content-length': 0 })
    response.end()
  }
}

/** Sends headers at once, then a part of the body every `interval` milliseconds. */
export function slowBody(parts: readonly string[], interval: number): UpstreamHandler {
  return async ({ request, response }) => {
    await request.ended
    response.writeHead(200, { 'content-type': 'text/plain' })
    response.flushHeaders()
    const rest = [...parts]
    const timer = setInterval(() => {
      const part = rest.shift()
      if (part !== undefined) response.write(part)
      if (rest.length > 0) return
      clearInterval(timer)
      response.end()
    }, interval)
    response.on('close', () => clearInterval(timer))
  }
}

/** Sends headers that promise a body, and none of it. */
export function headersAlone(): UpstreamHandler {
  return async ({ request, response }) => {
    await request.ended
    response.writeHead(200, { 'content-length': 10 })
    response.flushHeaders()
  }
}

/** Promises twice as much body as it sends, then closes. */
export function halfBody(half = 'half'): UpstreamHandler {
  return async ({ request, response }) => {
    await request.ended
    response.writeHead(200, { 'content-length': 2 * Buffer.byteLength(half) })
    response.write(half, () => response.socket?.destroySoon())
  }
}

/** Sends a 1xx response, then the answer. */
export function informational(
  status: 102 | 103,
  answer: UpstreamHandler = answerJson(),
): UpstreamHandler {
  return async (exchange) => {
    await exchange.request.ended
    if (status === 102) exchange.response.writeProcessing()
    else exchange.response.writeEarlyHints({ link: '</style.css>; rel=preload' })
    await answer(exchange)
  }
}

/** Redirects. */
export function redirect(location: string, status = 302): UpstreamHandler {
  return answerBytes('', status, { location })
}

/** 503 with `Retry-After` in seconds. */
export function unavailable(retryAfter = 1): UpstreamHandler {
  return answerJson({ error: 'temporarily_unavailable' }, 503, {
    'retry-after': String(retryAfter),
  })
}

/** An answer with every hop-by-hop header, and one more that `Connection` names. */
export function hopByHopHeaders(): UpstreamHandler {
  return answerJson({ ok: true }, 200, {
    connection: 'keep-alive, x-named-in-connection',
    'keep-alive': 'timeout=42',
    'proxy-authenticate': 'Basic realm="upstream"',
    'proxy-authorization': 'Basic dXBzdHJlYW0=',
    'proxy-connection': 'keep-alive',
    te: 'trailers',
    upgrade: 'h2c',
    'x-named-in-connection': 'secret of the hop',
  })
}

/** An answer with a header of so many bytes. */
export function oversizeHeader(bytes: number): UpstreamHandler {
  return answerJson({ ok: true }, 200, { 'x-padding': 'x'.repeat(bytes) })
}

/** Writes these bytes on the socket as they are, then closes: for answers that are no HTTP. */
export function rawAnswer(bytes: string | Uint8Array): UpstreamHandler {
  return async ({ request, response }) => {
    await request.ended
    response.socket?.end(bytes)
  }
}

function copied(headers: AnswerHeaders): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      return [name, typeof value === 'string' ? value : [...value]]
    }),
  )
}
