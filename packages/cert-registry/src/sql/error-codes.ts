/** The `code` of an error and of each cause behind it, which a copy into another thread loses. */
export function codesOf(error: unknown): readonly unknown[] {
  return chainOf(error).map((one) => ('code' in one ? one.code : undefined))
}

/** Gives a copied error, and the causes behind it, the codes that they had. */
export function restoreCodes(error: unknown, codes: readonly unknown[]): void {
  for (const [index, one] of chainOf(error).entries())
    if (codes[index] !== undefined) Object.assign(one, { code: codes[index] })
}

function chainOf(error: unknown): readonly Error[] {
  return error instanceof Error ? [error, ...chainOf(error.cause)] : []
}
