import { DEFAULT_LIMITS, type Limits } from './input.js'

/** Thrown where a verdict would cost more than its limits; turned into `budget_exceeded` before it leaves. */
export class BudgetExceeded extends Error {
  override readonly name = 'BudgetExceeded'
}

type Spendable = 'maxSignatureChecks' | 'maxCandidates' | 'maxNameComparisons' | 'maxPolicyNodes'

const WORDS: Readonly<Record<Spendable, string>> = {
  maxSignatureChecks: 'signatures to check',
  maxCandidates: 'candidates for an issuer',
  maxNameComparisons: 'names to compare with constraints',
  maxPolicyNodes: 'policies',
}

/**
 * Counts what one verdict costs. Each limit answers an attack by input that is cheap to make and dear to judge: meshes of CAs
 * that certify each other, thousands of names under thousands of constraints, and the exponential policy trees of
 * CVE-2023-0464.
 */
export class Budget {
  readonly limits: Limits
  readonly #spent: Record<Spendable, number> = {
    maxSignatureChecks: 0,
    maxCandidates: 0,
    maxNameComparisons: 0,
    maxPolicyNodes: 0,
  }

  constructor(limits?: Partial<Limits>) {
    this.limits = limits === undefined ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, ...limits }
  }

  /** @throws {BudgetExceeded} */
  spend(what: Spendable, amount = 1): void {
    this.#spent[what] += amount
    if (this.#spent[what] > this.limits[what]) {
      throw new BudgetExceeded(`too many ${WORDS[what]}`)
    }
  }
}
