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
  encodeFrame,
  HTTP2_FLAG as FLAG,
  HTTP2_FRAME as FRAME,
  type Http2Wire,
  uint32,
} from '@mtls-edge/testkit'
import t from 'tap'
import { type Flood, floods, ping, reset } from './http2-flood-list.ts'
import { begun, fieldsOf, pause, startHttp2Stage, streamId, whole } from './http2-stage.ts'

const BATCH = 200

/** Sends rounds until the other side has enough; returns how many went out. */
async function pour(
  wire: Http2Wire,
  { frames, rounds, batch = BATCH, isPatient = false }: Flood,
): Promise<number> {
  let sent = 0
  while (sent < rounds && !wire.socket.destroyed) {
    const parts: Buffer[] = []
    for (let count = 0; count < batch; count++, sent++) parts.push(...frames(sent))
    const before = wire.received.length
    wire.write(...parts)
    await wire.drained()
    do await pause(1)
    while (isPatient && wire.received.length < before + batch && !wire.socket.destroyed)
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
