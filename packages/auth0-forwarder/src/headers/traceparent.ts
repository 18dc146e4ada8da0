/**
 * Sets where a request stands in a trace. There must not be two.
 *
 * @param headers - name and value in turn, changed in place
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function setTraceparent(headers: string[], value: string): void {
  for (let at = headers.length - 2; at >= 0; at -= 2) {
    if (headers[at]?.toLowerCase() === 'traceparent') headers.splice(at, 2)
  }
  headers.push('traceparent', value)
}
