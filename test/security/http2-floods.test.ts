// The attack: one HTTP/2 connection, and frames that cost their sender nothing and the server much. Requests that are reset as
// soon as they are sent never count against the limit of concurrent ones, but each has begun its work (rapid reset,
// CVE-2023-44487); so have those that the client makes the server reset (MadeYouReset, CVE-2025-8671). A header section without end
// (CONTINUATION flood, CVE-2024-27316 and its family) or one that grows a thousandfold when it is read (CVE-2016-6581) fills memory.
// PING and SETTINGS want an answer each (CVE-2019-9512, CVE-2019-9515), empty frames (CVE-2019-9518), priorities (CVE-2019-9513),
// window updates (CVE-2019-9517) and frames of unknown types at least a look. The victims are everybody else in the process.
//
// Each flood here is sent as fast as it is taken, beside a client that behaves. The flood's connection is ended long before the
// flood is over, nearly nothing of it reaches the service, and the other client gets every answer.
import {
  encodeField,
  encodeFields,
  encodeFrame,
  encodeIndex,
  encodeSetting,
  HTTP2_FLAG as FLAG,
  HTTP2_FRAME as FRAME,
  type Http2Wire,
  uint32,
} from '@mtls-edge/testkit'
import t from 'tap'
import { begun, fieldsOf, pause, startHttp2Stage, streamId, whole } from './http2-stage.ts'

interface Flood {
  readonly title: string
  /** What is sent once, before. */
  readonly first?: readonly Buffer[]
  /** The frames of one round. */
  readonly frames: (index: number) => readonly Buffer[]
  /** Rounds that it would have. */
  readonly rounds: number
  /** Waits for its answers, so that none lies unsent. */
  readonly isPatient?: boolean
  readonly acknowledges?: boolean
  /** Requests that may reach the service. */
  readonly mayReach: number
}

const reset = (index: number, code: number): Buffer =>
  encodeFrame(FRAME.rstStream, 0, streamId(index), uint32(code))
const HELD_BY_MANY = 100
/** What a client may give up in one go, some seconds' more of it, and what was read together with the last one. */
const GIVEN_UP = 300
const ping = encodeFrame(FRAME.ping, 0, 0, Buffer.alloc(8))
const large = encodeField('x', 'y'.repeat(4000), 'indexed')
const references = Buffer.concat(Array.from({ length: 8_000 }, () => encodeIndex(62)))
const manyFields = Buffer.concat(Array.from({ length: 300 }, () => encodeIndex(16)))

const floods: readonly Flood[] = [
  {
    title: 'rapid reset',
    frames: (index) => [whole(streamId(index)), reset(index, 8)],
    rounds: 20_000,
    mayReach: GIVEN_UP,
  },
  {
    title: 'rapid reset without an error, in the middle of a body',
    frames: (index) => [begun(streamId(index)), reset(index, 0)],
    rounds: 20_000,
    mayReach: GIVEN_UP,
  },
  {
    title: 'MadeYouReset: window updates of nothing',
    frames: (index) => [
      whole(streamId(index)),
      encodeFrame(FRAME.windowUpdate, 0, streamId(index), uint32(0)),
    ],
    rounds: 20_000,
    mayReach: GIVEN_UP,
  },
  {
    title: 'MadeYouReset: windows that overflow',
    frames: (index) => [
      whole(streamId(index)),
      encodeFrame(FRAME.windowUpdate, 0, streamId(index), uint32(0x7fffffff)),
    ],
    rounds: 20_000,
    mayReach: GIVEN_UP,
  },
  {
    title: 'MadeYouReset: data after the end',
    frames: (index) => [
      whole(streamId(index)),
      encodeFrame(FRAME.data, 0, streamId(index), Buffer.from('x')),
    ],
    rounds: 20_000,
    mayReach: GIVEN_UP,
  },
  {
    title: 'MadeYouReset: a body that is longer than it says',
    frames: (index) => [
      begun(
        streamId(index),
        Buffer.concat([fieldsOf('/hold', 'POST'), encodeFields([['content-length', '1']])]),
      ),
      encodeFrame(FRAME.data, 0, streamId(index), Buffer.from('xx')),
    ],
    rounds: 20_000,
    mayReach: GIVEN_UP,
  },
  {
    title: 'requests that are none',
    frames: (index) => [whole(streamId(index), encodeFields([[':method', 'GET']]))],
    rounds: 20_000,
    mayReach: 0,
  },
  {
    title: 'streams without end',
    frames: (index) => [begun(streamId(index))],
    rounds: 20_000,
    mayReach: HELD_BY_MANY,
  },
  {
    title: 'streams without end, and the limits not acknowledged',
    frames: (index) => [begun(streamId(index))],
    rounds: 20_000,
    acknowledges: false,
    mayReach: HELD_BY_MANY,
  },
  {
    title: 'CONTINUATION',
    first: [encodeFrame(FRAME.headers, 0, 1, fieldsOf('/'))],
    frames: () => [encodeFrame(FRAME.continuation, 0, 1, encodeField('a', 'b'))],
    rounds: 100_000,
    mayReach: 0,
  },
  {
    title: 'CONTINUATION without a byte',
    first: [encodeFrame(FRAME.headers, 0, 1, fieldsOf('/'))],
    frames: () => [encodeFrame(FRAME.continuation, 0, 1)],
    rounds: 100_000,
    mayReach: 0,
  },
  {
    title: 'HPACK bombs: one long field, and references to it',
    first: [whole(1, Buffer.concat([fieldsOf('/'), large]))],
    frames: (index) => [whole(streamId(index + 1), Buffer.concat([fieldsOf('/'), references]))],
    rounds: 1_000,
    mayReach: 1,
  },
  {
    title: 'HPACK bombs, and the limits not acknowledged',
    first: [whole(1, Buffer.concat([fieldsOf('/'), large]))],
    frames: (index) => [whole(streamId(index + 1), Buffer.concat([fieldsOf('/'), references]))],
    rounds: 1_000,
    acknowledges: false,
    mayReach: 1,
  },
  {
    title: 'more header lines than any request has',
    frames: (index) => [whole(streamId(index), Buffer.concat([fieldsOf('/'), manyFields]))],
    rounds: 10_000,
    mayReach: 0,
  },
  { title: 'PING', frames: () => [ping], rounds: 200_000, mayReach: 0 },
  {
    title: 'PING, each answer taken',
    frames: () => [ping],
    rounds: 200_000,
    isPatient: true,
    mayReach: 0,
  },
  {
    title: 'SETTINGS, each answer taken',
    frames: () => [encodeFrame(FRAME.settings, 0, 0, encodeSetting(4, 65_535))],
    rounds: 100_000,
    isPatient: true,
    mayReach: 0,
  },
  {
    title: 'acknowledgements of nothing',
    frames: () => [encodeFrame(FRAME.settings, FLAG.ack, 0)],
    rounds: 100_000,
    mayReach: 0,
  },
  {
    title: 'empty DATA',
    first: [begun(1)],
    frames: () => [encodeFrame(FRAME.data, 0, 1)],
    rounds: 200_000,
    mayReach: 1,
  },
  {
    title: 'DATA of padding alone',
    first: [begun(1)],
    frames: () => [encodeFrame(FRAME.data, FLAG.padded, 1, Buffer.from([0]))],
    rounds: 200_000,
    mayReach: 1,
  },
  {
    title: 'PRIORITY',
    frames: () => [encodeFrame(FRAME.priority, 0, 1, Buffer.concat([uint32(3), Buffer.from([1])]))],
    rounds: 200_000,
    mayReach: 0,
  },
  {
    title: 'WINDOW_UPDATE of the connection',
    frames: () => [encodeFrame(FRAME.windowUpdate, 0, 0, uint32(1))],
    rounds: 200_000,
    mayReach: 0,
  },
  {
    title: 'frames of an unknown type',
    frames: () => [encodeFrame(0x4d, 0, 0)],
    rounds: 200_000,
    mayReach: 0,
  },
]

const BATCH = 200

/** Sends rounds until the other side has enough; returns how many went out. */
async function pour(
  wire: Http2Wire,
  { frames, rounds, isPatient = false }: Flood,
): Promise<number> {
  let sent = 0
  while (sent < rounds && !wire.socket.destroyed) {
    const parts: Buffer[] = []
    for (let count = 0; count < BATCH; count++, sent++) parts.push(...frames(sent))
    const before = wire.received.length
    wire.write(...parts)
    await wire.drained()
    do await pause(1)
    while (isPatient && wire.received.length < before + BATCH && !wire.socket.destroyed)
  }
  return sent
}

t.test('floods end their own connection and nothing else', async (t) => {
  const stage = await startHttp2Stage(t)
  const victim = await stage.startVictim()
  for (const flood of floods) {
    const { title, first = [], rounds, acknowledges = true, mayReach } = flood
    const wire = await stage.attack({ acknowledges })
    if (first.length > 0) wire.write(...first)
    const sent = await pour(wire, flood)
    await wire.closed()
    t.ok(sent < rounds, `${title}: ended after ${sent} of ${rounds} rounds`)
    t.ok(stage.takeReached() <= mayReach, `${title}: at most ${mayReach} reach the service`)
    await stage.connections(1)
    t.equal(stage.held(), 0, `${title}: nothing is left of it`)
    t.ok(stage.takeReasons().length > 0, `${title}: its end is told`)
  }
  t.ok((await victim.stop()) > floods.length, 'the other client was served all the time')
})

t.test('what a busy client does is no flood', async (t) => {
  const stage = await startHttp2Stage(t)
  const wire = await stage.attack()
  let sent = 0
  // As many requests, PINGs and small bodies as one connection may have in its life, and given up answers among them.
  for (let round = 0; round < 40; round++) {
    const frames: Buffer[] = [ping]
    for (let count = 0; count < 50; count++, sent++) {
      const stream = streamId(sent)
      if (count % 2 === 0) frames.push(whole(stream, fieldsOf('/')))
      else {
        frames.push(begun(stream, fieldsOf('/', 'POST')))
        frames.push(encodeFrame(FRAME.data, FLAG.endStream, stream, Buffer.alloc(3_000, 'x')))
      }
    }
    frames.push(whole(streamId(sent)), reset(sent, 8))
    sent += 1
    wire.write(...frames)
    const last = streamId(sent - 2)
    await wire.waitFor(
      ({ type, flags, streamId: id }) =>
        id === last && type === FRAME.data && (flags & FLAG.endStream) !== 0,
    )
    // What was read of the answers is said to have been read.
    wire.write(encodeFrame(FRAME.windowUpdate, 0, 0, uint32(1_000)))
  }
  t.equal(stage.takeReached(), sent)
  t.same(stage.takeReasons(), [])
  t.notOk(wire.socket.destroyed)
  wire.destroy()
})
