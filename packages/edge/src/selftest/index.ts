export { reachableAddress, readAddress } from './address.js'
export { type CheckResult, runChecks, type SelftestReport } from './run-checks.js'
export type { EdgeSubject } from './subject.js'
export { writeReport } from './words.js'
