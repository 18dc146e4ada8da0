// The attack: Slowloris over HTTP/2, where one connection holds a hundred places. A client begins bodies and never ends them,
// asks for much and opens no window to be given it (CVE-2019-9511, CVE-2019-9517), stops in the middle of its headers, never
// says that it has seen the limits, or stays for ever with nothing to ask; meanwhile PINGs show how alive it is. Node has a limit of time for
// none of these. Here each ends in its time, nothing is left of it, and a client that behaves is served all along.
import {
  HTTP2_ERROR as ERROR,
  encodeFrame,
  encodeSetting,
  HTTP2_FRAME as FRAME,
  HTTP2_PREFACE,
  uint32,
} from '@mtls-edge/testkit'
import t from 'tap'
import { begun, fieldsOf, pause, startHttp2Stage, streamId, whole } from './http2-stage.ts'

const STREAMS = 50
const limits = {
  headersTimeout: 600,
  requestTimeout: 800,
  inactivityTimeout: 800,
  keepAliveTimeout: 3_000,
}
const ping = encodeFrame(FRAME.ping, 0, 0, Buffer.alloc(8))
const nothing: readonly Buffer[] = []
const indexes = Array.from({ length: STREAMS }, (_, index) => index)

/** What a client sends at its beginning; `every`, again and again as long as the connection is there. */
const slow = [
  { title: 'no request', first: nothing, every: [ping] },
  { title: 'no further request', first: [whole(1, fieldsOf('/'))], every: [ping] },
  {
    title: 'headers without an end',
    first: [encodeFrame(FRAME.headers, 0, 1, fieldsOf('/'))],
    every: nothing,
  },
  {
    title: 'bodies without an end',
    first: indexes.map((index) => begun(streamId(index))),
    every: [ping],
  },
  {
    title: 'bodies byte by byte',
    first: indexes.map((index) => begun(streamId(index))),
    every: [encodeFrame(FRAME.data, 0, 1, Buffer.from('x'))],
  },
  {
    title: 'answers that are not taken: no window',
    opening: [HTTP2_PREFACE, encodeFrame(FRAME.settings, 0, 0, encodeSetting(4, 0))],
    first: indexes.map((index) => whole(streamId(index), fieldsOf('/large'))),
    every: [ping],
  },
  {
    title: 'answers that are taken byte by byte',
    opening: [HTTP2_PREFACE, encodeFrame(FRAME.settings, 0, 0, encodeSetting(4, 1))],
    first: indexes.map((index) => whole(streamId(index), fieldsOf('/large'))),
    every: [encodeFrame(FRAME.windowUpdate, 0, 1, uint32(1))],
  },
  { title: 'limits not acknowledged', first: [begun(1)], every: nothing, acknowledges: false },
]

t.test('every slow client is ended in its time', async (t) => {
  const stage = await startHttp2Stage(t, limits)
  const victim = await stage.startVictim()
  await Promise.all(
    slow.map(async ({ title, first, every, opening, acknowledges = true }) => {
      const begins = opening === undefined ? {} : { opening }
      const wire = await stage.attack({ acknowledges, ...begins })
      if (first.length > 0) wire.write(...first)
      const timer = setInterval(() => {
        if (every.length > 0 && wire.socket.writable) wire.write(...every)
      }, 100)
      await wire.closed()
      clearInterval(timer)
      t.pass(title)
    }),
  )
  await stage.connections(1)
  t.equal(stage.held(), 0, 'nothing is left of them')
  t.ok((await victim.stop()) > slow.length)
})

t.test('a body that takes too long is answered with 408, and its connection goes on', async (t) => {
  const stage = await startHttp2Stage(t, { headersTimeout: 300, requestTimeout: 300 })
  const wire = await stage.attack()
  wire.write(begun(1))
  const body = await wire.waitFor(({ type, streamId: id }) => type === FRAME.data && id === 1)
  t.match(body?.payload.toString(), 'request_timeout')
  t.equal(await wire.endOf(1), ERROR.noError, 'and the client is asked to send no more')
  wire.write(whole(3, fieldsOf('/')))
  const answer = await wire.waitFor(({ type, streamId: id }) => type === FRAME.data && id === 3)
  t.equal(answer?.payload.toString(), 'done')
  wire.destroy()
})

t.test('limits that are not acknowledged end the connection with that error', async (t) => {
  const stage = await startHttp2Stage(t, { headersTimeout: 300 })
  const wire = await stage.attack({ acknowledges: false })
  wire.write(begun(1))
  t.equal(await wire.goaway(), ERROR.settingsTimeout)
  t.same(stage.takeReasons(), ['http2_settings_timeout'])
})

t.test('a client that neither reads nor closes is cut off', async (t) => {
  const stage = await startHttp2Stage(t, limits)
  const wire = await stage.attack({
    opening: [
      HTTP2_PREFACE,
      encodeFrame(FRAME.settings, 0, 0, encodeSetting(4, 0x7fffffff)),
      encodeFrame(FRAME.windowUpdate, 0, 0, uint32(0x7fff0000)),
    ],
  })
  wire.socket.pause()
  wire.write(...indexes.map((index) => whole(streamId(index), fieldsOf('/large'))))
  while (stage.held() === 0) await pause(10)
  await stage.connections(0)
  t.equal(stage.held(), 0)
  wire.destroy()
})
