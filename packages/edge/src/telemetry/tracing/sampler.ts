import { ParentBasedSampler, type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace-base'

/**
 * Decides by chance, for each request that comes: whether a client's `traceparent` says "sampled", and which trace id it
 * chose, counts for nothing, or a client could have all of its requests traced. What belongs to a request goes with it.
 *
 * @param ratio from 0 to 1
 */
export function createSampler(ratio: number, random: () => number = Math.random): Sampler {
  const byChance: Sampler = {
    shouldSample: () => ({
      decision:
        random() < ratio ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
    }),
    toString: () => `ByChance{${ratio}}`,
  }
  return new ParentBasedSampler({
    root: byChance,
    remoteParentSampled: byChance,
    remoteParentNotSampled: byChance,
  })
}
