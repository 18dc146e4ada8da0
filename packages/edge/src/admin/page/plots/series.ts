/** One series of a plot. `tone` names its colour in style/plots.css; where colours are too alike, the legend tells. */
export interface Series {
  readonly label: string
  readonly tone: 'ca-verified' | 'self-signed' | 'refused' | 'handshake' | 'edge' | 'auth0'
  readonly values: readonly number[]
}

/** The least of 1, 2 and 5 times a power of ten that is not below `value`, so that an axis ends at a round figure. */
export function roundUp(value: number): number {
  if (value <= 0) return 1
  const magnitude = 10 ** Math.floor(Math.log10(value))
  const factor = [1, 2, 5, 10].find((candidate) => candidate * magnitude >= value) ?? 10
  return Math.max(1, factor * magnitude)
}
