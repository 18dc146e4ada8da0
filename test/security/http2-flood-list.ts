import {
  encodeField,
  encodeFields,
  encodeFrame,
  encodeIndex,
  encodeSetting,
  HTTP2_FLAG as FLAG,
  HTTP2_FRAME as FRAME,
  uint32,
} from '@mtls-edge/testkit'
import { begun, fieldsOf, streamId, whole } from './http2-stage.ts'

/** A kind of flood. */
export interface Flood {
  readonly title: string
  /** What is sent once, before. */
  readonly first?: readonly Buffer[]
  /** The frames of one round. */
  readonly frames: (index: number) => readonly Buffer[]
  /** Rounds that it would have. */
  readonly rounds: number
  /** Rounds in one write: few where few are to be enough, since those that are on their way when it is ended count too. Default: 200. */
  readonly batch?: number
  /** Waits for its answers, so that none lies unsent. */
  readonly isPatient?: boolean
  readonly acknowledges?: boolean
  /** Requests that may reach the service. */
  readonly mayReach: number
}

/** The reset of the client's nth stream. */
export const reset = (index: number, code: number): Buffer =>
  encodeFrame(FRAME.rstStream, 0, streamId(index), uint32(code))
const HELD_BY_MANY = 100
/** What a client may give up in one go, some seconds' more of it, and what was read together with the last one. */
const GIVEN_UP = 300
export const ping = encodeFrame(FRAME.ping, 0, 0, Buffer.alloc(8))
const large = encodeField('x', 'y'.repeat(4000), 'indexed')
const references = Buffer.concat(Array.from({ length: 8_000 }, () => encodeIndex(62)))
const manyFields = Buffer.concat(Array.from({ length: 300 }, () => encodeIndex(16)))

/** As an attacker would send them, without end. */
export const floods: readonly Flood[] = [
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
    batch: 25,
    mayReach: 1,
  },
  {
    title: 'HPACK bombs, and the limits not acknowledged',
    first: [whole(1, Buffer.concat([fieldsOf('/'), large]))],
    frames: (index) => [whole(streamId(index + 1), Buffer.concat([fieldsOf('/'), references]))],
    rounds: 1_000,
    batch: 25,
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
