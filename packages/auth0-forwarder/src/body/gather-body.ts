import type { IncomingMessage } from 'node:http'
import { BodyTooLargeError, ClientClosedRequestError } from '../errors.js'
import { PartList } from './part-list.js'
import { StreamingBody } from './streaming-body.js'

/**
 * A body up to this size, in bytes, is waited for before a connection to the target is taken: a client that begins one and
 * never ends it then holds nothing but its own connection. Token requests are a few kilobytes; what is larger streams.
 */
const GATHERED_BYTES = 65_536

/** What is sent as the body: all of it, or what of it the client has yet to send, too. */
export interface OutgoingBody {
  readonly content: StreamingBody | Buffer
  /** As the client said, bytes; null: it goes on chunked, as it came. */
  readonly length: number | null
}

/**
 * Waits for a small body, or for the beginning of a large one. The parts go on in the form they came in: of known length, or
 * chunked. Over the limit, and when the client goes away, it fails; one that streams fails too, whereupon the request to the target
 * is aborted, never completed.
 *
 * @param confirm called before anything of it goes on, and again before each further part and the end; it fails with what that throws
 *
 * The client's stream is never destroyed by it: on a failure of the target its connection is needed for the answer.
 *
 * @throws FST_AUTH0_FORWARDER_BODY_TOO_LARGE
 * @throws FST_AUTH0_FORWARDER_CLIENT_CLOSED_REQUEST
 */
export function gatherBody(
  raw: IncomingMessage,
  length: number | null,
  maxBytes: number,
  confirm: () => void,
): Promise<OutgoingBody> {
  return new Promise((resolve, reject) => {
    const gathered = new PartList()
    let bytes = 0
    /** All has come, and nothing that these listeners still hear of is about this body. They stay as long as the request. */
    let isWhole = false

    function onData(part: Buffer): void {
      gathered.add(part)
      bytes += part.length
      if (bytes > maxBytes) fail(new BodyTooLargeError())
      else if (bytes > GATHERED_BYTES) {
        release()
        resolve({ content: new StreamingBody(gathered.takeAll(), raw, maxBytes, confirm), length })
      }
    }
    function onEnd(): void {
      // A stream of HTTP/2 that is reset ends like one that is complete.
      if (raw.aborted) {
        onLost()
        return
      }
      isWhole = true
      try {
        confirm()
      } catch (error) {
        reject(error)
        return
      }
      resolve({ content: gathered.takeWhole(), length })
    }
    function onLost(cause?: unknown): void {
      if (!isWhole) fail(new ClientClosedRequestError({ cause }))
    }
    function fail(error: Error): void {
      release()
      reject(error)
    }
    function release(): void {
      raw.pause()
      raw.off('data', onData).off('end', onEnd).off('error', onLost).off('close', onLost)
    }

    raw.on('data', onData).on('end', onEnd).on('error', onLost).on('close', onLost)
  })
}
