/** The way to a value in the configuration: keys of maps and indices of lists. */
export type KeyPath = readonly (string | number)[]

const PLAIN_KEY = /^[\w-]+$/

/** Writes a path as people do: `domains[0].auth0.cnameApiKey`. */
export function formatKeyPath(path: KeyPath): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else if (PLAIN_KEY.test(key)) text += text === '' ? key : `.${key}`
    else text += `[${JSON.stringify(key)}]`
  }
  return text
}
