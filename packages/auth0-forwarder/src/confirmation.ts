/** Carries what a handler's `confirm` threw, past the translation of failures, to the answer. */
export class UnconfirmedError extends Error {
  readonly refusal: Error

  constructor(refusal: Error) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** Makes a handler's `confirm` one that fails with {@link UnconfirmedError}. */
export function confirmation(confirm: (() => void) | undefined): () => void {
  return () => {
    try {
      confirm?.()
    } catch (error) {
      throw new UnconfirmedError(error instanceof Error ? error : new Error(String(error)))
    }
  }
}
