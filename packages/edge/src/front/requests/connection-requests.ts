import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** What is known of the requests on one connection. An idle one keeps nothing of what it did. */
export interface ConnectionRequests {
  readonly socket: Socket
  /** How many have come so far. */
  count: number
  /** The answer to the last one, until it is closed. */
  latest: ServerResponse | null
  /** Answers that are not closed, in the order of their requests. */
  open: readonly ServerResponse[]
  /** A request whose answer was out before its body was in: until that is, all that comes is its body. */
  answered: IncomingMessage | null
  /** How many wait for the one before them. */
  waiting: number
  /** Until the first request: the bytes that had come in when the handshake ended. */
  unusedAt: number | null
  /** Its place among the connections of its server. */
  slot: number
}

const NONE: readonly ServerResponse[] = Object.freeze([])

const known: unique symbol = Symbol('requests')

interface Known {
  [known]?: ConnectionRequests
}

/**
 * The requests of a connection: the same object each time. A property of its socket, and no WeakMap: to put each new connection into
 * one takes many times as long, and V8's collector looks through all of it.
 */
export function requestsOn(socket: Socket & Known): ConnectionRequests {
  let requests = socket[known]
  if (requests === undefined) {
    requests = {
      socket,
      count: 0,
      latest: null,
      open: NONE,
      answered: null,
      waiting: 0,
      unusedAt: null,
      slot: -1,
    }
    socket[known] = requests
  }
  return requests
}

/** Takes the answer to a request that has just come. */
export function openAnswer(requests: ConnectionRequests, answer: ServerResponse): void {
  requests.count += 1
  requests.unusedAt = null
  requests.answered = null
  requests.open = requests.open.length === 0 ? [answer] : [...requests.open, answer]
}

/** Lets go of an answer that is closed. */
export function closeAnswer(requests: ConnectionRequests, answer: ServerResponse): void {
  const { open } = requests
  requests.open =
    open.length === 1 && open[0] === answer ? NONE : open.filter((one) => one !== answer)
  if (requests.latest === answer) requests.latest = null
  const { req } = answer
  if (req.complete) return
  requests.answered = req
  req.once('end', () => {
    if (requests.answered === req) requests.answered = null
  })
}

/** Whether the request whose body is yet to come has its answer, so that another one would be taken for the next request's. */
export function isWithinAnsweredBody({ answered }: ConnectionRequests): boolean {
  return answered?.complete === false
}

/** Whether nothing has come on this connection since its handshake. */
export function isUnused(socket: Socket): boolean {
  return requestsOn(socket).unusedAt === socket.bytesRead
}

/** The answer on this connection that has begun, so that no other may be written into it; null where there is none. */
export function findStartedAnswer(socket: Socket): ServerResponse | null {
  const isStarted = (answer: ServerResponse) => answer.socket === socket && answer.headersSent
  return requestsOn(socket).open.find(isStarted) ?? null
}

/** The answer that is being made on this connection to a request that came whole; null where there is none. */
export function findAnswerInFlight(socket: Socket): ServerResponse | null {
  return requestsOn(socket).open.find(({ req }) => req.complete) ?? null
}
