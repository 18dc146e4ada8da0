import type { PolicyMapping } from '../../certificate/extensions.js'
import type { Budget } from '../../path/budget.js'

/** The policy that stands for every other one. */
export const ANY_POLICY = '2.5.29.32.0'

interface PolicyNode {
  readonly policy: string
  expected: ReadonlySet<string>
  readonly parents: ReadonlySet<PolicyNode>
}

type Level = Map<string, PolicyNode>

/**
 * The policies for which a path is valid so far, as a graph with one node for each policy of each certificate: its size
 * grows with the policies, where RFC 5280's tree grew exponentially with the mappings (CVE-2023-0464).
 *
 * @see https://www.rfc-editor.org/rfc/rfc9618#section-5
 */
export class PolicyGraph {
  readonly #budget: Budget
  readonly #levels: Level[]

  constructor(budget: Budget) {
    this.#budget = budget
    const root: PolicyNode = {
      policy: ANY_POLICY,
      expected: new Set([ANY_POLICY]),
      parents: new Set(),
    }
    this.#levels = [new Map([[ANY_POLICY, root]])]
  }

  /** Whether no policy is left ("NULL" in the RFC). */
  get isEmpty(): boolean {
    return this.#last.size === 0
  }

  /** Section 6.1.3 (d): adds a certificate's policies. */
  add(policies: readonly string[], mayUseAny: boolean): void {
    const expecting = this.#expecting()
    const anyAbove = this.#last.get(ANY_POLICY)
    const level: Level = new Map()
    for (const policy of policies) {
      if (policy === ANY_POLICY) continue
      const parents = expecting.get(policy) ?? (anyAbove === undefined ? null : new Set([anyAbove]))
      if (parents !== null) this.#insert(level, policy, parents)
    }
    if (mayUseAny && policies.includes(ANY_POLICY)) {
      for (const [policy, parents] of expecting) {
        if (!level.has(policy)) this.#insert(level, policy, parents)
      }
    }
    this.#levels.push(level)
    this.#prune()
  }

  /** Section 6.1.3 (e): a certificate without policies leaves none. */
  clear(): void {
    this.#last.clear()
  }

  /** Section 6.1.4 (b)(1): what the CA calls one policy is another one below it. */
  map(mappings: readonly PolicyMapping[]): void {
    const wanted = new Map<string, Set<string>>()
    for (const { issuerDomain, subjectDomain } of mappings) {
      const expected = wanted.get(issuerDomain) ?? new Set()
      wanted.set(issuerDomain, expected.add(subjectDomain))
    }
    const any = this.#last.get(ANY_POLICY)
    for (const [policy, expected] of wanted) {
      this.#budget.spend('maxPolicyNodes', expected.size)
      const node =
        this.#last.get(policy) ??
        (any === undefined ? null : this.#insert(this.#last, policy, any.parents))
      if (node !== null) node.expected = expected
    }
  }

  /** Section 6.1.4 (b)(2): mapping is inhibited, so a mapped policy ends here. */
  remove(mappings: readonly PolicyMapping[]): void {
    for (const { issuerDomain } of mappings) this.#last.delete(issuerDomain)
    this.#prune()
  }

  /**
   * Section 6.1.5 (g): the policies of the path in the words of its first CA, `any` where all are.
   */
  authoritiesPolicies(): 'any' | ReadonlySet<string> {
    if (this.#last.has(ANY_POLICY)) return 'any'
    const policies = new Set<string>()
    for (const level of this.#levels) {
      for (const { policy, parents } of level.values()) {
        const isFirst = [...parents].some((parent) => parent.policy === ANY_POLICY)
        if (isFirst && policy !== ANY_POLICY) policies.add(policy)
      }
    }
    return policies
  }

  get #last(): Level {
    return this.#levels.at(-1) ?? new Map()
  }

  #expecting(): Map<string, Set<PolicyNode>> {
    const expecting = new Map<string, Set<PolicyNode>>()
    for (const node of this.#last.values()) {
      for (const policy of node.expected) {
        const nodes = expecting.get(policy) ?? new Set()
        expecting.set(policy, nodes.add(node))
      }
    }
    return expecting
  }

  #insert(level: Level, policy: string, parents: ReadonlySet<PolicyNode>): PolicyNode {
    this.#budget.spend('maxPolicyNodes', 1 + parents.size)
    const node: PolicyNode = { policy, expected: new Set([policy]), parents }
    level.set(policy, node)
    return node
  }

  /** Removes every node that nothing of the last certificate rests on. */
  #prune(): void {
    for (let depth = this.#levels.length - 2; depth >= 0; depth--) {
      const below = this.#levels[depth + 1]
      const level = this.#levels[depth]
      if (below === undefined || level === undefined) continue
      const needed = new Set<PolicyNode>()
      for (const { parents } of below.values()) for (const parent of parents) needed.add(parent)
      for (const [policy, node] of level) if (!needed.has(node)) level.delete(policy)
    }
  }
}
