/**
 * The client's side of a request, of either version: over HTTP/1 the response ends with its connection, over HTTP/2 with its
 * stream, of which Node's response object says less.
 *
 * @see https://nodejs.org/api/http2.html#class-http2http2serverresponse
 */
import type { ServerResponse } from 'node:http'
import { constants } from 'node:http2'
import { Writable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Whether nobody waits for an answer: the client has gone, or somebody else has answered. */
export const isAnswerUnwanted = (reply: FastifyReply): boolean =>
  reply.sent || hasClientGone(reply.raw)

function hasClientGone(raw: ServerResponse): boolean {
  const stream = streamOf(raw)
  if (stream === null) return raw.destroyed || raw.req.socket.destroyed
  return Reflect.get(stream, 'destroyed') === true
}

/**
 * Calls back when the answer is closed, sent or not; maybe more than once.
 *
 * A pipelined one waits without a socket for those before it, and Node 22 does not tell it that its connection has ended. Over HTTP/2
 * one that is sent is not closed before its request is; a client that then resets the stream without an error is told from one that
 * has sent its whole body by nothing else.
 */
export function onceClosed({ raw, request }: FastifyReply, callback: () => void): void {
  raw.once('close', callback)
  const stream = streamOf(raw)
  if (stream instanceof Writable) stream.once('finish', callback)
  if (raw.socket !== null) return
  const { socket } = request.raw
  socket.once('close', callback)
  raw.once('close', () => socket.off('close', callback))
}

/**
 * Calls back when an answer may be written: at once, or, where its request was pipelined, when those before it on the connection are
 * out; never where the connection ends before. What Node is handed earlier it keeps, and writes the head in front of the
 * "100 Continue" that it keeps too; and when it is to break such an answer off, the connection stays open.
 */
export function onceInTurn({ raw }: FastifyReply, callback: () => void): void {
  if (raw.socket !== null) {
    callback()
    return
  }
  const { assignSocket } = raw
  // Nobody is told, but this is what Node calls.
  raw.assignSocket = (socket) => {
    assignSocket.call(raw, socket)
    callback()
  }
}

/**
 * Calls back at once, or, where a stream of HTTP/2 is being closed, when that is over. An answer in between, which nobody reads, fails the
 * stream, and Node never ends it then, nor the connection that its client has left.
 */
export function onceSettled({ raw }: FastifyReply, callback: () => void): void {
  const stream = streamOf(raw)
  if (stream !== null && Reflect.get(stream, 'closed') === true) setImmediate(callback)
  else callback()
}

/**
 * Throws away what is left of a body, once its request is answered: else it would hold up all that follows on the connection. Node
 * does so by itself only where nothing of it has been read.
 */
export function discardOnceClosed(reply: FastifyReply): void {
  const { raw } = reply.request
  if (hasClientGone(reply.raw)) raw.resume()
  else onceClosed(reply, () => raw.resume())
}

/**
 * Breaks an answer that has begun off, so that it is never taken for a whole one. Over HTTP/2 that needs an error in the reset:
 * the one without ends an answer, however much of it has come.
 */
export function cutAnswer(raw: ServerResponse): void {
  const stream = streamOf(raw)
  if (stream === null) raw.destroy()
  else Reflect.get(stream, 'close').call(stream, constants.NGHTTP2_INTERNAL_ERROR)
}

function streamOf(raw: ServerResponse): object | null {
  const stream: unknown = 'stream' in raw ? raw.stream : null
  return typeof stream === 'object' ? stream : null
}
