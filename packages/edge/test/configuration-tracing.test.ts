import t from 'tap'
import { bad, refuseAll } from './configuration-case.ts'
import { findProblems, GOOD, load } from './configuration-fixture.ts'

const tracing = (text: string): string => `${GOOD}tracing: { ${text} }\n`

// biome-ignore format: one line a case
refuseAll([
  bad('no endpoint', tracing('sampleRatio: 0.5'), 'tracing.endpoint', 23, /is missing/, /endpoint: http/),
  bad('an endpoint that is no URL', tracing('endpoint: collector'), 'tracing.endpoint', 23, /no http or https URL/, /127\.0\.0\.1:4318/),
  bad('an endpoint of another scheme', tracing("endpoint: 'grpc://collector:4317'"), 'tracing.endpoint', 23, /no http or https URL/, /OTLP collector/),
  bad('an endpoint with a password', tracing("endpoint: 'https://edge:hunter2@collector.example.com'"), 'tracing.endpoint', 23, /a user or a password/, /OTEL_EXPORTER_OTLP_HEADERS/),
  bad('an endpoint with a user', tracing("endpoint: 'https://edge@collector.example.com'"), 'tracing.endpoint', 23, /a user or a password/, /OTEL_EXPORTER_OTLP_HEADERS/),
  bad('an endpoint with a query', tracing("endpoint: 'https://collector.example.com/?key=hunter2'"), 'tracing.endpoint', 23, /a query or a fragment/, /OTLP collector/),
  bad('an endpoint with a fragment', tracing("endpoint: 'https://collector.example.com/#traces'"), 'tracing.endpoint', 23, /a query or a fragment/, /OTLP collector/),
  bad('an endpoint that is a number', tracing('endpoint: 4318'), 'tracing.endpoint', 23, /a number where text/, /quotes/),
  bad('a ratio above one', tracing("endpoint: 'http://127.0.0.1:4318', sampleRatio: 10"), 'tracing.sampleRatio', 23, /out of range/, /to 1/),
  bad('a ratio below nothing', tracing("endpoint: 'http://127.0.0.1:4318', sampleRatio: -0.1"), 'tracing.sampleRatio', 23, /out of range/, /from 0/),
  bad('a ratio in words', tracing("endpoint: 'http://127.0.0.1:4318', sampleRatio: all"), 'tracing.sampleRatio', 23, /text where a number/, /write/),
  bad('a misspelt key', tracing("endpoint: 'http://127.0.0.1:4318', sampleratio: 1"), 'tracing.sampleratio', 23, /not a key/, /sampleRatio/),
])

t.test('quotes nothing of an endpoint with a secret in it', async (t) => {
  for (const endpoint of ['https://edge:hunter2@collector', 'https://collector/?key=hunter2']) {
    t.notMatch(JSON.stringify(findProblems(tracing(`endpoint: '${endpoint}'`))), /hunter2/)
  }
})

t.test('is off where nobody asks for it, and sends all of it where that is not said', async (t) => {
  t.equal(load(GOOD).tracing, null)
  for (const [endpoint, expected] of [
    ['http://127.0.0.1:4318', 'http://127.0.0.1:4318/v1/traces'],
    ['https://collector.example.com/', 'https://collector.example.com/v1/traces'],
    ['https://collector.example.com/tenant/traces', 'https://collector.example.com/tenant/traces'],
  ]) {
    t.same(load(tracing(`endpoint: '${endpoint}'`)).tracing, { endpoint: expected, sampleRatio: 1 })
  }
  const none = load(tracing("endpoint: 'http://127.0.0.1:4318', sampleRatio: 0"))
  t.match(none.tracing, { sampleRatio: 0 })
})
