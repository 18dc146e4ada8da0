import { HOST_FIELD } from './guarded-service.ts'

export const AMBIGUOUS = 'FST_PATH_GUARD_AMBIGUOUS_FRAMING'
export const MALFORMED = 'FST_PATH_GUARD_MALFORMED_REQUEST'
/** Node's parser answers, without a code of ours. */
const NODE = null

const CHUNKED_BODY = '0\r\n\r\n'

/** A request whose end can be read in two ways. */
export interface Shape {
  readonly name: string
  readonly fields: string
  readonly body?: string
  readonly version?: '1.0' | '1.1'
  /** The code behind the strict parser and behind the lenient one; the status is 400 for all. */
  readonly codes: readonly [strict: string | null, lenient: string | null]
}

export const SHAPES: readonly Shape[] = [
  // Two framings.
  {
    name: 'CL.TE',
    fields: 'Content-Length: 6\r\nTransfer-Encoding: chunked\r\n',
    body: '0\r\n\r\nG',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'TE.CL',
    fields: 'Transfer-Encoding: chunked\r\nContent-Length: 3\r\n',
    body: '8\r\nSMUGGLED\r\n0\r\n\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'TE.CL with a length of 0',
    fields: 'Transfer-Encoding: chunked\r\nContent-Length: 0\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'CL.TE with an unknown coding',
    fields: 'Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  // TE.TE: a Transfer-Encoding that one of the two does not recognise.
  ...[
    ['xchunked', AMBIGUOUS],
    ['identity', AMBIGUOUS],
    ['gzip', AMBIGUOUS],
    ['x', AMBIGUOUS],
    ['', NODE],
    ['Chunked', AMBIGUOUS],
    ['CHUNKED', AMBIGUOUS],
    ['chunked;q=1', AMBIGUOUS],
    ['"chunked"', AMBIGUOUS],
    ['chunked,', NODE],
    [', chunked', AMBIGUOUS],
    ['chunked, chunked', NODE],
    ['gzip, chunked', AMBIGUOUS],
    ['identity, chunked', AMBIGUOUS],
    ['chunked, identity', NODE],
    ['chunked, gzip', NODE],
    ['chunked\tx', AMBIGUOUS],
    ['\x0bchunked', NODE],
    ['\x0cchunked', NODE],
    ['chunked\x00', NODE],
    ['\xa0chunked', AMBIGUOUS],
    ['chunke\xc4\x91', AMBIGUOUS],
  ].map(
    ([value, strict]): Shape => ({
      name: `Transfer-Encoding: ${JSON.stringify(value)}`,
      fields: `Transfer-Encoding: ${value}\r\n`,
      codes: [strict ?? null, value === '' ? NODE : AMBIGUOUS],
    }),
  ),
  {
    name: 'two Transfer-Encodings',
    fields: 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'two Transfer-Encodings, the first unknown',
    fields: 'Transfer-Encoding: x\r\nTransfer-encoding: chunked\r\n',
    codes: [AMBIGUOUS, AMBIGUOUS],
  },
  {
    name: 'Transfer-Encoding twice the same',
    fields: 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'a space before the colon',
    fields: 'Transfer-Encoding : chunked\r\n',
    codes: [NODE, MALFORMED],
  },
  {
    name: 'a tab before the colon',
    fields: 'Transfer-Encoding\t: chunked\r\n',
    codes: [NODE, NODE],
  },
  {
    name: 'a line break before the value',
    fields: 'Transfer-Encoding:\r\n identity\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'a folded list',
    fields: 'Transfer-Encoding: chunked\r\n , identity\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'hidden behind a bare line feed',
    fields: 'X: y\nTransfer-Encoding: x\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'hidden behind a bare carriage return',
    fields: 'X: y\rTransfer-Encoding: chunked\r\n',
    codes: [NODE, NODE],
  },
  ...['Transfer_Encoding', 'transfer_encoding', 'TRANSFER.ENCODING'].map(
    (name): Shape => ({
      name,
      fields: `${name}: chunked\r\nContent-Length: 0\r\n`,
      body: '',
      codes: [AMBIGUOUS, AMBIGUOUS],
    }),
  ),
  ...['Transfer_Encoding: chunked', 'Content_Length: 5', 'content.length: 0'].map(
    (field): Shape => ({
      name: `${field}, alone`,
      fields: `${field}\r\n`,
      body: '',
      codes: [AMBIGUOUS, AMBIGUOUS],
    }),
  ),
  {
    name: 'Transfer-Encoding in HTTP/1.0',
    fields: 'Transfer-Encoding: chunked\r\n',
    version: '1.0',
    codes: [AMBIGUOUS, AMBIGUOUS],
  },
  // Content-Length.
  ...[
    ['', NODE],
    ['+5', NODE],
    ['-5', NODE],
    ['0x5', NODE],
    ['5.0', NODE],
    ['5e0', NODE],
    ['5, 5', NODE],
    ['5,5', NODE],
    ['5 5', NODE],
    ['five', NODE],
    ['\x0b5', NODE],
    ['99999999999999999999', NODE],
    ['9999999999999999', AMBIGUOUS],
    ['0000000000000005', AMBIGUOUS],
  ].map(
    ([value, code]): Shape => ({
      name: `Content-Length: ${JSON.stringify(value)}`,
      fields: `Content-Length: ${value}\r\n`,
      codes: [code ?? null, code ?? null],
    }),
  ),
  {
    name: 'two Content-Lengths',
    fields: 'Content-Length: 5\r\nContent-Length: 6\r\n',
    codes: [NODE, NODE],
  },
  {
    name: 'Content-Length twice the same',
    fields: 'Content-Length: 5\r\nContent-Length: 5\r\n',
    codes: [NODE, NODE],
  },
  ...['Content_Length', 'content.length'].map(
    (name): Shape => ({
      name,
      fields: `${name}: 5\r\nContent-Length: 0\r\n`,
      body: '',
      codes: [AMBIGUOUS, AMBIGUOUS],
    }),
  ),
]

/** The request as bytes. */
export function postShape({ fields, body = CHUNKED_BODY, version = '1.1' }: Shape): string {
  return `POST /oauth/token HTTP/${version}\r\n${HOST_FIELD}${fields}\r\n${body}`
}
