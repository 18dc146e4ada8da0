import type { Problem } from '../../configuration/index.js'
import type { Part } from '../parts.js'

/** Whether the configuration in force is the one that the files hold. */
export interface ConfigurationStatus {
  describe(): Part
  /** What the files hold is in force. */
  accept(): void
  /** What the files hold was refused, for these reasons; what was in force stays. */
  refuse(problems: readonly Problem[]): void
}

export function createConfigurationStatus(): ConfigurationStatus {
  let part: Part = { state: 'ready', since: new Date().toISOString(), problems: [] }
  return {
    describe: () => part,
    accept() {
      part = { state: 'ready', since: new Date().toISOString(), problems: [] }
    },
    refuse(problems) {
      // Since when the files can't be used, not since their latest change.
      const since = part.state === 'refused' ? part.since : new Date().toISOString()
      part = { state: 'refused', since, problems }
    },
  }
}
