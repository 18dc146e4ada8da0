// Loaded before the edge by --import, in each of its processes: at SIGUSR2 it prints what was loaded since, as a line of the log.
import cluster from 'node:cluster'
import { registerHooks } from 'node:module'

const files = new Set<string>()

registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:')) files.add(url)
    return nextLoad(url, context)
  },
})

/** The package that a file belongs to; one of ours by its folder. What ajv's compiled code calls is not ajv's compiler. */
function packageOf(url: string): string {
  const [, inModules] =
    /.*\/node_modules\/((?:@[^/]+\/)?[^/]+(?:\/dist\/runtime)?)\//.exec(url) ?? []
  const [, ours] = /\/packages\/([^/]+)\/dist\//.exec(url) ?? []
  return inModules ?? `@mtls-edge/${ours}`
}

process.on('SIGUSR2', () => {
  console.log(
    JSON.stringify({
      event: 'loaded',
      isWorker: cluster.isWorker,
      modules: files.size,
      packages: [...new Set([...files].map(packageOf))],
      // Node's own, by a name that it does not document.
      builtins: String(Reflect.get(process, 'moduleLoadList')),
    }),
  )
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGUSR2')
})
