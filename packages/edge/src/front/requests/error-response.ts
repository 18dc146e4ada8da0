// An import of node:http would read all that it exports, and with its WebSocket load all of undici: 20 ms and 8 MB.
const { STATUS_CODES } = process.getBuiltinModule('node:http')

/** As on the edge's other answers. */
export const ERROR_CONTENT_TYPE = 'application/json;charset=UTF-8'

/**
 * The body of an answer by the front itself, as RFC 6749 section 5.2 has it.
 *
 * @param reason a code of the edge's closed list
 * @param sentence for people; only characters that RFC 6749 allows in error_description
 */
export function encodeErrorBody(reason: string, sentence: string): string {
  return JSON.stringify({ error: 'invalid_request', error_description: `${reason}: ${sentence}` })
}

/** A whole HTTP/1.1 answer that closes its connection, for where no ServerResponse exists. */
export function encodeErrorResponse(status: number, reason: string, sentence: string): string {
  const body = encodeErrorBody(reason, sentence)
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Content-Type: ${ERROR_CONTENT_TYPE}`,
    'Cache-Control: no-store',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
