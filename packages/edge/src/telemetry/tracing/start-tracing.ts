import { setTimeout as pause } from 'node:timers/promises'
import { FastifyOtelInstrumentation } from '@fastify/otel'
import { propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import type { TracingConfiguration } from '../../configuration/types.js'
import { pathOf } from '../../domain/answer.js'
import { readVersion } from '../../version.js'
import { createSampler } from './sampler.js'
import type { Tracing } from './tracing.js'
import { watchExporter } from './watched-exporter.js'

/** How long the last spans may take to be sent, in milliseconds: the collector may be away. */
const LAST_FLUSH = 1_000

/**
 * Starts to trace requests, and to send what is sampled to an OTLP collector over HTTP. Loaded where it is configured alone.
 *
 * No span has anything but the request's path (never its query), host, status, reason and verdict: no header, no body, no
 * certificate.
 */
export function startTracing(
  { endpoint, sampleRatio }: TracingConfiguration,
  log: FastifyBaseLogger,
): Tracing {
  const exporter = watchExporter(new OTLPTraceExporter({ url: endpoint }), log)
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'mtls-edge',
      'service.version': readVersion(),
    }).merge(detectResources({ detectors: [envDetector] })),
    sampler: createSampler(sampleRatio),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  })
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  const instrumentation = new FastifyOtelInstrumentation({
    // The hooks that decide stay as they are: one span is for the request, one for the way to Auth0.
    instrumentHooks: false,
    instrumentHandler: false,
    recordExceptions: false,
    requestHook: (span, { raw }) => {
      span.setAttribute('url.path', pathOf(raw.url ?? ''))
    },
  })
  instrumentation.setTracerProvider(provider)
  const tracer = provider.getTracer('mtls-edge')
  const forwardings = new WeakMap<FastifyRequest, Span>()

  return {
    get state() {
      return exporter.state
    },
    async register(app) {
      await app.register(instrumentation.plugin())
      // Before the hook that ends the request's span.
      app.addHook('onSend', (request, reply, _payload, done) => {
        const { outcome, clientCertificate } = request
        const verdict = clientCertificate?.kind
        request.opentelemetry().span?.setAttributes({
          'server.address': request.host,
          'mtls_edge.request_id': request.id,
          ...(outcome.reason === null ? {} : { 'mtls_edge.reason': outcome.reason }),
          ...(verdict === undefined ? {} : { 'mtls_edge.verdict': verdict }),
        })
        endForwarding(request, reply.statusCode)
        done()
      })
    },
    beginForwarding(request) {
      const { context } = request.opentelemetry()
      if (context === null || context === undefined) return undefined
      const attributes = { 'http.request.method': request.method }
      const span = tracer.startSpan('auth0', { kind: SpanKind.CLIENT, attributes }, context)
      forwardings.set(request, span)
      const carrier: { traceparent?: string } = {}
      propagation.inject(trace.setSpan(context, span), carrier)
      const { traceparent } = carrier
      return traceparent === undefined ? undefined : { traceparent }
    },
    async close() {
      await Promise.race([provider.shutdown().catch(() => {}), pause(LAST_FLUSH)])
    },
  }

  function endForwarding(request: FastifyRequest, status: number): void {
    const span = forwardings.get(request)
    if (span === undefined) return
    forwardings.delete(request)
    span.setAttribute('http.response.status_code', status)
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end()
  }
}
