// Loaded before the edge by --import: at SIGUSR2 it prints how many bytes were ever allocated, as a line of the log.
import { getHeapStatistics } from 'node:v8'

process.on('SIGUSR2', () => {
  const statistics: object = getHeapStatistics()
  const allocated = Reflect.get(statistics, 'total_allocated_bytes') ?? null
  console.log(JSON.stringify({ event: 'heap', allocated }))
})
