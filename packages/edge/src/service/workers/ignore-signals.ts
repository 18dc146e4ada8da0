/**
 * A terminal signals the whole group. Workers obey the primary alone, which tells them to stop when it has said so on the
 * health page; from its first moment a worker ignores what is meant for the primary.
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
