import { createActivityLog } from '../telemetry/activity/activity-log.js'
import { ACTIVITY_INTERVAL } from '../telemetry/activity/interval.js'
import { createActivityRecorder } from '../telemetry/activity/recorder.js'
import { describeConnections } from '../telemetry/activity/worker-states.js'
import type { Telemetry } from '../telemetry/observer.js'
import type { GatheredActivity } from './admin.js'
import type { Serving } from './start-serving.js'

/** Gathers what is going on in this process, which is the only one. */
export function createOwnActivity(serving: Serving, telemetry: Telemetry): GatheredActivity {
  const log = createActivityLog()
  const recorder = createActivityRecorder(telemetry, serving)
  const gather = (): void => log.add(1, recorder.take())
  // So that what happened is counted in its own minute, whether anybody looks or not.
  const timer = setInterval(gather, ACTIVITY_INTERVAL).unref()
  return {
    describe() {
      gather()
      const own = { worker: 1, pid: process.pid, parts: serving.describeParts() }
      const connections = serving.countConnections()
      return { ...log.describe(), ...describeConnections([{ ...own, connections }], new Date()) }
    },
    listFetched: serving.listFetched,
    close() {
      clearInterval(timer)
      recorder.close()
    },
  }
}
