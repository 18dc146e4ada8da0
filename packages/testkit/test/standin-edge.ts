import { type Auth0StandIn, type Issued, type MtlsFetch, sendRaw } from '@mtls-edge/testkit'

/** What the edge would say of the client's certificate. */
export interface Spoken {
  readonly certificate: Issued
  readonly verification: string
}

/** The headers that an edge adds for a client. */
export function edgeHeaders(key: string, spoken: Spoken | null): Record<string, string> {
  if (spoken === null) return { 'cname-api-key': key }
  return {
    'cname-api-key': key,
    'client-certificate': encodeURIComponent(spoken.certificate.pem),
    'client-certificate-ca-verified': spoken.verification,
  }
}

/** A `fetch` that plays the edge: it sends every request to the stand-in with the edge's headers. */
export function edgeFetch(
  standIn: Auth0StandIn,
  ca: string,
  key: string,
  spoken: Spoken | null,
): MtlsFetch {
  return {
    async fetch(url, { method, headers, body }) {
      const { pathname, search } = new URL(url)
      const answer = await sendRaw({
        port: standIn.port,
        ca,
        servername: standIn.originHost,
        method,
        path: `${pathname}${search}`,
        headers: { ...Object.fromEntries(new Headers(headers)), ...edgeHeaders(key, spoken) },
        body: body === undefined || body === null ? '' : String(body),
      })
      const list = Object.entries(answer.headers).flatMap(([name, value]) =>
        [value ?? []].flat().map((item): [string, string] => [name, item]),
      )
      return new Response(answer.body, { status: answer.status, headers: list })
    },
    async close() {},
  }
}
