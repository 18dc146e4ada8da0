import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A span as it arrived, with its attributes as an object. */
export interface ArrivedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  /** 2: server, 3: client. */
  readonly kind: number
  readonly attributes: Readonly<Record<string, unknown>>
  /** 2: error. */
  readonly status: number
}

/** A collector that takes OTLP over HTTP in JSON, and keeps what came. */
export interface OtlpCollector {
  readonly endpoint: string
  readonly spans: readonly ArrivedSpan[]
  /** Every body, as it came. */
  readonly bodies: readonly string[]
  readonly resource: Readonly<Record<string, unknown>>
  /** Resolves when so many spans are there. */
  waitFor(count: number): Promise<readonly ArrivedSpan[]>
  /** From now on answers so. */
  answer(status: number): void
  close(): Promise<void>
}

type Json = Readonly<Record<string, unknown>>

/** More than anything here takes on a busy machine, in milliseconds. */
const PATIENCE = 30_000

export async function startCollector(): Promise<OtlpCollector> {
  const spans: ArrivedSpan[] = []
  const bodies: string[] = []
  let resource: Json = {}
  let status = 200
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    if (request.url === '/v1/traces' && request.method === 'POST' && status === 200) {
      bodies.push(text)
      for (const group of list(JSON.parse(text), 'resourceSpans')) {
        resource = attributesOf(group.resource)
        for (const scope of list(group, 'scopeSpans'))
          spans.push(...list(scope, 'spans').map(readSpan))
      }
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    bodies,
    get resource() {
      return resource
    },
    async waitFor(count) {
      const deadline = performance.now() + PATIENCE
      while (spans.length < count) {
        if (performance.now() > deadline) throw new Error(`${spans.length} spans came`)
        await pause(20)
      }
      return spans
    },
    answer(next) {
      status = next
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function readSpan(span: Json): ArrivedSpan {
  const { code } = isJson(span.status) ? span.status : { code: 0 }
  return {
    name: String(span.name),
    traceId: String(span.traceId),
    spanId: String(span.spanId),
    parentSpanId: String(span.parentSpanId ?? ''),
    kind: Number(span.kind),
    attributes: attributesOf(span),
    status: Number(code ?? 0),
  }
}

/** `[{ key, value: { stringValue } }]` as an object. */
function attributesOf(value: unknown): Json {
  if (!isJson(value)) return {}
  return Object.fromEntries(
    list(value, 'attributes').map((one) => [
      String(one.key),
      isJson(one.value) ? Object.values(one.value)[0] : undefined,
    ]),
  )
}

function list(value: Json, key: string): readonly Json[] {
  const found = value[key]
  return Array.isArray(found) ? found.filter(isJson) : []
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null
