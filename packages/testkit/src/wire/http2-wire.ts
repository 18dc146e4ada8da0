import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { encodeFrame, FLAG, FRAME, PREFACE } from './http2-frames.js'
import { connectOptions, type TlsConnectionOptions } from './tls-connection.js'

/** A frame that came. */
export interface ReceivedFrame {
  readonly type: number
  readonly flags: number
  readonly streamId: number
  readonly payload: Buffer
}

/** An HTTP/2 connection over which a test sends whatever frames it likes. */
export interface Http2Wire {
  readonly socket: TLSSocket
  /** Every frame so far, in order. */
  readonly received: readonly ReceivedFrame[]
  /** Sends bytes as they are. Whether there was room for them; where not, wait for {@link drained}. */
  write(...bytes: readonly Uint8Array[]): boolean
  /** Resolves when what was written has gone, or the connection has. */
  drained(): Promise<void>
  /**
   * Waits for a frame, one that has come already counts.
   * @returns null where the connection closes without one
   * @throws Error after `timeout`
   */
  waitFor(matches: (frame: ReceivedFrame) => boolean): Promise<ReceivedFrame | null>
  /** The error code of the RST_STREAM for this stream, or of the GOAWAY; null where it closes without either. */
  endOf(streamId: number): Promise<number | null>
  /** The error code of the GOAWAY with which the other side closes; null where it closes without one. */
  goaway(): Promise<number | null>
  /** Resolves when the connection is closed. */
  closed(): Promise<void>
  destroy(): void
}

/** What an attacker may leave out of an orderly beginning. */
export interface Http2WireOptions extends TlsConnectionOptions {
  /** Default: the preface and empty SETTINGS. */
  readonly opening?: readonly Uint8Array[]
  /** Whether SETTINGS and PINGs of the other side are acknowledged. Default: true. */
  readonly acknowledges?: boolean
}

/** Opens a connection with `h2` chosen, and sends its beginning. @throws Error of the handshake */
export async function openHttp2Wire(options: Http2WireOptions): Promise<Http2Wire> {
  const { timeout = 5000, acknowledges = true } = options
  const socket = connect({ ...connectOptions(options), ALPNProtocols: ['h2'] })
  socket.on('error', () => {})
  const frames = new Frames(socket, acknowledges)
  await once(socket, 'secureConnect', { signal: AbortSignal.timeout(timeout) })
  const write = (...bytes: readonly Uint8Array[]) => socket.write(Buffer.concat(bytes))
  write(...(options.opening ?? [PREFACE, encodeFrame(FRAME.settings, 0, 0)]))
  const waitFor: Http2Wire['waitFor'] = (matches) => frames.waitFor(matches, timeout)

  return {
    socket,
    received: frames.received,
    write,
    async drained() {
      if (socket.destroyed || !socket.writableNeedDrain) return
      await new Promise<void>((resolve) => {
        socket.once('drain', resolve).once('close', resolve)
      })
    },
    waitFor,
    async endOf(streamId) {
      const end = await waitFor(
        (frame) =>
          frame.type === FRAME.goaway ||
          (frame.type === FRAME.rstStream && frame.streamId === streamId),
      )
      if (end === null) return null
      return end.payload.readUInt32BE(end.type === FRAME.goaway ? 4 : 0)
    },
    async goaway() {
      const end = await waitFor(({ type }) => type === FRAME.goaway)
      return end === null ? null : end.payload.readUInt32BE(4)
    },
    async closed() {
      if (!socket.destroyed) await once(socket, 'close', { signal: AbortSignal.timeout(timeout) })
    },
    destroy: () => socket.destroy(),
  }
}

class Frames {
  readonly received: ReceivedFrame[] = []
  readonly #socket: TLSSocket
  readonly #acknowledges: boolean
  #rest = Buffer.alloc(0)
  #wake: (() => void)[] = []

  constructor(socket: TLSSocket, acknowledges: boolean) {
    this.#socket = socket
    this.#acknowledges = acknowledges
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('close', () => this.#notify())
  }

  async waitFor(
    matches: (frame: ReceivedFrame) => boolean,
    timeout: number,
  ): Promise<ReceivedFrame | null> {
    const end = AbortSignal.timeout(timeout)
    for (let seen = 0; ; ) {
      for (; seen < this.received.length; seen++) {
        const frame = this.received[seen]
        if (frame !== undefined && matches(frame)) return frame
      }
      if (this.#socket.destroyed) return null
      if (end.aborted) throw new Error(`no such frame within ${timeout} ms`)
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve)
        end.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    for (;;) {
      const length = this.#rest.length < 9 ? Infinity : 9 + this.#rest.readUIntBE(0, 3)
      if (this.#rest.length < length) break
      this.#take({
        type: this.#rest.readUInt8(3),
        flags: this.#rest.readUInt8(4),
        streamId: this.#rest.readUInt32BE(5) & 0x7fffffff,
        payload: this.#rest.subarray(9, length),
      })
      this.#rest = this.#rest.subarray(length)
    }
    this.#notify()
  }

  #take(frame: ReceivedFrame): void {
    this.received.push(frame)
    const isAsking = frame.type === FRAME.settings || frame.type === FRAME.ping
    if (!this.#acknowledges || !isAsking || (frame.flags & FLAG.ack) !== 0) return
    const payload = frame.type === FRAME.ping ? frame.payload : undefined
    if (this.#socket.writable) this.#socket.write(encodeFrame(frame.type, FLAG.ack, 0, payload))
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}
