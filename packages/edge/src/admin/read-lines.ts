/** The longest line, in bytes: an entry of the registry with the longest labels and the largest certificate is far below. */
const MAX_LINE = 262_144

const LINE_END = 0x0a

/** Cuts a stream of bytes into lines without their ends; `null` for a line that is too long, and then it ends. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string | null> {
  let rest: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    let bytes: Buffer = Buffer.from(chunk)
    for (let end = bytes.indexOf(LINE_END); end !== -1; end = bytes.indexOf(LINE_END)) {
      yield Buffer.concat([...rest, bytes.subarray(0, end)]).toString()
      rest = []
      length = 0
      bytes = bytes.subarray(end + 1)
    }
    rest.push(bytes)
    length += bytes.length
    if (length > MAX_LINE) return yield null
  }
  if (length > 0) yield Buffer.concat(rest).toString()
}
