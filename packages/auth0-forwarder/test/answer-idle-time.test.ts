/*
 * How long a connection may wait for another request. The attack: an answer that never has a body names one, and sends it
 * nevertheless: on a kept connection it would be read as the answer to the next request, which is another client's.
 */
import t from 'tap'
import { AnswerReader } from '../dist/upstream/answer-reader.js'
import { bytesOf, head } from './answer-reading.ts'

const sink = { onStart: () => {}, onPart: () => {} }

function idleTimeAfter(text: string, method = 'GET'): number {
  const reader = new AnswerReader()
  reader.begin(method)
  reader.read(bytesOf(text), sink)
  t.ok(reader.hasStarted, text)
  return reader.idleTime
}

const of = (status: string, ...fields: readonly string[]): string =>
  `HTTP/1.1 ${status} x\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`
const EMPTY = 'Content-Length: 0'

const kept: readonly (readonly [text: string, ms: number])[] = [
  [head(EMPTY), 30_000],
  [head('Transfer-Encoding: chunked'), 30_000],
  [of('200', EMPTY, 'Connection: keep-alive, closed'), 30_000],
  [of('200', EMPTY, 'X-Connection: close'), 30_000],
  [of('200', EMPTY, 'Keep-Alive: timeout=20'), 19_000],
  [of('200', EMPTY, 'Keep-Alive: max=5, Timeout=20'), 19_000],
  [of('200', EMPTY, 'Keep-Alive: timeout=20', 'Keep-Alive: timeout=40'), 19_000],
  [of('200', EMPTY, 'Keep-Alive: timeout=61'), 60_000],
  [of('200', EMPTY, 'Keep-Alive: timeout=999999999'), 60_000],
  [of('200', EMPTY, 'Keep-Alive: max=5'), 30_000],
  [of('200', EMPTY, 'X-Keep-Alive: timeout=20'), 30_000],
  [of('204'), 30_000],
  [of('204', EMPTY), 30_000],
  [of('304'), 30_000],
  [of('304', EMPTY), 30_000],
]

const ended: readonly string[] = [
  `HTTP/1.0 200 x\r\n${EMPTY}\r\nConnection: keep-alive\r\n\r\n`,
  of('200'),
  of('200', EMPTY, 'Connection: close'),
  of('200', EMPTY, 'Connection: keep-alive', 'Connection: x,\tCLOSE ,y'),
  of('200', EMPTY, 'Keep-Alive: timeout=1'),
  of('200', EMPTY, 'Keep-Alive: timeout=0'),
  of('204', 'Content-Length: 1'),
  of('204', 'Transfer-Encoding: chunked'),
  of('304', 'Content-Length: 5'),
  of('304', 'Transfer-Encoding: chunked'),
]

t.test('a connection waits as long as its answer lets it', async (t) => {
  for (const [text, ms] of kept) t.equal(idleTimeAfter(text), ms, text)
})

t.test('and ends with an answer that it can have no other one behind', async (t) => {
  for (const text of ended) t.equal(idleTimeAfter(text), 0, text)
})

t.test('each answer of a connection is read by itself', async (t) => {
  const reader = new AnswerReader()
  const interim = 'HTTP/1.1 103 x\r\n\r\n'.repeat(10)
  for (const number of [1, 2, 3]) {
    reader.begin('GET')
    t.match(reader, { hasStarted: false, isComplete: false, idleTime: 0 })
    reader.read(bytesOf(interim + head(EMPTY)), sink)
    t.match(reader, { isComplete: true, idleTime: 30_000 }, `${number}`)
  }
})

t.test('the end of the connection completes an answer without a length alone', async (t) => {
  const cases = [
    [of('200'), true],
    [of('200', 'Content-Length: 1'), false],
    [of('200', 'Transfer-Encoding: chunked'), false],
    ['HTTP/1.1 200', false],
  ] as const
  for (const [text, isComplete] of cases) {
    const reader = new AnswerReader()
    reader.begin('GET')
    reader.read(bytesOf(text), sink)
    t.equal(reader.isCompleteAtEnd(), isComplete, text)
  }
})
