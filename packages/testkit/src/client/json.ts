/** A string in a JSON text, by the names that lead to it; the empty string where it is not there. */
export function readJsonMember(text: string, ...path: readonly string[]): string {
  let value = parse(text)
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return ''
    value = Reflect.get(value, name)
  }
  return typeof value === 'string' ? value : ''
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The two members of an OAuth error answer; the empty string for what is not there. */
export interface ErrorAnswer {
  readonly error: string
  readonly description: string
}

/**
 * Reads an error answer.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function readError(answer: { readonly body: string }): ErrorAnswer {
  return {
    error: readJsonMember(answer.body, 'error'),
    description: readJsonMember(answer.body, 'error_description'),
  }
}
