/** The oldest Node that the edge runs on: `engines` of the manifest. */
export const LEAST_NODE = '22.19'

/** @param version such as `20.20.2` */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = LEAST_NODE.split('.').map(Number)
  return major < leastMajor || (major === leastMajor && minor < leastMinor)
}
