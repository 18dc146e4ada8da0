import type { CustomFetch } from 'openid-client'
import { type Response as UndiciResponse, fetch as undiciFetch } from 'undici'
import { type ConnectionOptions, createAgent } from './connection.js'

/** A `fetch` that holds a client key. */
export interface MtlsFetch {
  /** Fits openid-client's `customFetch`. Redirects are followed only where the caller asks for it; the body is read whole. */
  readonly fetch: CustomFetch
  /** Ends every connection. */
  close(): Promise<void>
}

/**
 * Makes a `fetch` over connections that present the client's certificate, for openid-client and for requests of one's own.
 *
 * @example
 * ```ts
 * const client = createMtlsFetch({ certificate, key, ca, port })
 * const answer = await client.fetch('https://mtls.auth.example.com/userinfo', { method: 'GET', headers: {}, body: null })
 * await client.close()
 * ```
 */
export function createMtlsFetch(options: ConnectionOptions): MtlsFetch {
  const dispatcher = createAgent(options)
  return {
    async fetch(url, { body, headers, method, redirect, signal }) {
      const answer = await undiciFetch(url, {
        body: body instanceof ReadableStream ? null : (body ?? null),
        dispatcher,
        headers,
        method,
        redirect: redirect ?? 'manual',
        ...(signal === undefined ? {} : { signal }),
      })
      return toGlobalResponse(answer)
    },
    close: () => dispatcher.destroy(),
  }
}

// The undici package's Response is not the Response of the Node that runs it.
async function toGlobalResponse(answer: UndiciResponse): Promise<Response> {
  const { status, statusText, headers } = answer
  const body = await answer.arrayBuffer()
  return new Response(body.byteLength === 0 ? null : body, {
    status,
    statusText,
    headers: [...headers],
  })
}
