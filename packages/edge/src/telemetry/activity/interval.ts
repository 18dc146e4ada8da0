/** How often a process tells what happened, in milliseconds. */
export const ACTIVITY_INTERVAL = 1_000
