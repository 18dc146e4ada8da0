import type { ChainMemory } from '@mtls-edge/cert-verifier'
import { createChainStore } from './chain-store.js'
import type { ResumptionLink } from './link.js'

/** The chains of one host, as one process knows them. */
export interface HostMemory extends ChainMemory {
  /** The host has other secrets, or none: nothing from before will be asked for again. */
  turn(resumes: boolean): void
}

/**
 * Makes it. What is not known here is asked for elsewhere: a session begun with one worker goes on with any.
 *
 * @param resumes whether the host has secrets; where it has none, nothing is remembered
 */
export function createHostMemory(host: string, link: ResumptionLink, resumes: boolean): HostMemory {
  const store = createChainStore()
  let isActive = resumes

  return {
    get isRemembering() {
      return isActive
    },
    remember(thumbprint, chain) {
      if (isActive && store.add(thumbprint, chain) !== 'known')
        link.remember(host, thumbprint, chain)
    },
    recall(thumbprint) {
      const known = store.find(thumbprint)
      if (known !== null || !isActive) return known
      return link.recall(host, thumbprint).then((chain) => {
        if (chain === null || store.add(thumbprint, chain) === 'full') return chain
        return store.find(thumbprint)
      })
    },
    reportUnknown: () => link.reportUnknown(host),
    turn(next) {
      isActive = next
      store.turn()
    },
  }
}
