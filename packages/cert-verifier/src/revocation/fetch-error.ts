/** Why something could not be fetched. It never leaves the package: it is logged, and the status stays unknown. */
export class FetchError extends Error {
  override readonly name = 'FetchError'
}
