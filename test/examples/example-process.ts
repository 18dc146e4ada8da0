import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** An example that runs as its reader would run it. */
export interface ExampleProcess {
  readonly port: number
  stop(): Promise<void>
}

/**
 * Starts `examples/FILE` and waits for the line of its log in which it says that it listens.
 *
 * @param readPort finds the port in such a line, or null in any other
 */
export async function startExample(
  file: string,
  options: {
    readonly args?: readonly string[]
    readonly env?: Readonly<Record<string, string>>
    readonly cwd?: string
    readonly readPort: (line: string) => number | null
  },
): Promise<ExampleProcess> {
  const path = fileURLToPath(new URL(`../../examples/${file}`, import.meta.url))
  const child = spawn(process.execPath, [path, ...(options.args ?? [])], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  child.stderr.on('data', (chunk) => lines.push(String(chunk)))
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`exit ${code}:\n${lines.join('\n')}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      const found = options.readPort(line)
      if (found !== null) resolve(found)
    })
  })
  return { port, stop: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
