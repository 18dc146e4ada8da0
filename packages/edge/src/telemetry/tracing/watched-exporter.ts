import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base'
import type { FastifyBaseLogger } from 'fastify'
import type { TracingState } from './tracing.js'

/** An exporter that remembers whether it gets through, and says so once when that changes. */
export interface WatchedExporter extends SpanExporter {
  readonly state: TracingState
}

export function watchExporter(exporter: SpanExporter, log: FastifyBaseLogger): WatchedExporter {
  let state: TracingState = { isArriving: true, since: new Date() }

  function judge({ code, error }: ExportResult): void {
    const isArriving = code === ExportResultCode.SUCCESS
    if (isArriving === state.isArriving) return
    state = { isArriving, since: new Date() }
    if (isArriving) log.info({ event: 'tracing' }, 'traces arrive again')
    // The message alone: an error of the exporter may hold its request, with the headers that it authenticates by.
    else log.warn({ event: 'tracing', reason: error?.message ?? 'unknown' }, 'traces do not arrive')
  }

  return {
    get state() {
      return state
    },
    export(spans: ReadableSpan[], done) {
      exporter.export(spans, (result) => {
        judge(result)
        done(result)
      })
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
}
