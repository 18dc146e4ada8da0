import { AnswerReader } from '../dist/upstream/answer-reader.js'

/** What was read of an answer, and how that ended. */
export interface Read {
  readonly status: number | null
  readonly fields: readonly string[]
  readonly body: string
  readonly isComplete: boolean
  /** Bytes behind the end of the answer. */
  readonly rest: number
  readonly error: unknown
}

/** Reads an answer that comes in these pieces. */
export function readPieces(pieces: readonly Buffer[], method = 'GET'): Read {
  const reader = new AnswerReader()
  reader.begin(method)
  let status: number | null = null
  let fields: readonly string[] = []
  let body = ''
  let rest = 0
  let error: unknown = null
  const sink = {
    onStart: (statusCode: number, all: readonly string[]) => {
      status = statusCode
      fields = all
    },
    onPart: (part: Buffer) => {
      body += part.toString('latin1')
    },
  }
  try {
    for (const piece of pieces) {
      if (reader.isComplete) rest += piece.length
      else rest += piece.length - reader.read(piece, sink)
    }
  } catch (caught) {
    error = caught instanceof Error ? Reflect.get(caught, 'code') : caught
  }
  return { status, fields, body, isComplete: reader.isComplete, rest, error }
}

export const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')
/** Reads an answer that comes in one piece. */
export const read = (text: string, method?: string): Read => readPieces([bytesOf(text)], method)

export const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

/** An answer of no more than a head with these lines. */
export const head = (lines: string): string => `HTTP/1.1 200 OK\r\n${lines}\r\n\r\n`
