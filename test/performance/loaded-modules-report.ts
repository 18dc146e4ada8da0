// Loaded before the edge by --import, in each of its processes: at SIGUSR2 it prints what was loaded since, as a line of the log.
import cluster from 'node:cluster'
import { existsSync, readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const files = new Set<string>()

registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:')) files.add(url)
    return nextLoad(url, context)
  },
})

/** What a file of the edge's program was put together of, by its source map; of all others, the file itself. */
function modulesIn(url: string): readonly string[] {
  const map = new URL(`${url}.map`)
  if (!url.includes('/packages/edge/program/') || !existsSync(map)) return [url]
  const { sources }: { sources: readonly string[] } = JSON.parse(readFileSync(map, 'utf8'))
  return sources.map((source) => new URL(source, url).href)
}

/** The package that a module belongs to; one of ours by its folder. What ajv's compiled code calls is not ajv's compiler. */
function packageOf(url: string): string {
  const [, inModules] =
    /.*\/node_modules\/((?:@[^/]+\/)?[^/]+(?:\/dist\/runtime)?)\//.exec(url) ?? []
  const [, ours] = /\/packages\/([^/]+)\/(?:dist|src)\//.exec(url) ?? []
  return inModules ?? `@mtls-edge/${ours}`
}

process.on('SIGUSR2', () => {
  const modules = [...files].flatMap(modulesIn)
  console.log(
    JSON.stringify({
      event: 'loaded',
      isWorker: cluster.isWorker,
      files: files.size,
      modules: modules.length,
      packages: [...new Set(modules.map(packageOf))],
      // Node's own, by a name that it does not document.
      builtins: String(Reflect.get(process, 'moduleLoadList')),
    }),
  )
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGUSR2')
})
