import type { WorkerActivity } from '../../api/types.js'
import { formatCount, formatTime } from '../../dom/format.js'
import { statePill } from '../../dom/pill.js'
import { table } from '../../dom/table.js'

export function workersOf(workers: readonly WorkerActivity[]): HTMLElement {
  return table<WorkerActivity>({
    caption: 'Workers',
    empty: 'No worker takes connections.',
    items: workers,
    columns: [
      { label: 'Worker', cell: ({ worker }) => String(worker) },
      { label: 'State', cell: ({ state }) => statePill(state) },
      { label: 'Since', cell: ({ since }) => formatTime(since) },
      { label: 'Process', isNumber: true, cell: ({ pid }) => String(pid) },
      { label: 'Connections', isNumber: true, cell: ({ connections }) => formatCount(connections) },
    ],
  })
}
