import { ForwardingFailedError } from './errors.js'

/** Carries what a handler's `confirm` threw, past the translation of failures, to the answer. */
export class UnconfirmedError extends Error {
  readonly refusal: Error

  constructor(refusal: Error) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/**
 * Makes a handler's `confirm` one that fails with {@link UnconfirmedError}. Nobody waits for an asynchronous one, so that whatever it
 * found out would come too late: it fails always.
 */
export function confirmation(confirm: (() => unknown) | undefined): () => void {
  return () => {
    let answer: unknown
    try {
      answer = confirm?.()
    } catch (error) {
      throw new UnconfirmedError(error instanceof Error ? error : new Error(String(error)))
    }
    if (answer instanceof Promise) {
      // What it is rejected with would end the process.
      answer.catch(() => {})
      const cause = new Error('confirm must not be asynchronous')
      throw new UnconfirmedError(new ForwardingFailedError({ cause }))
    }
  }
}
