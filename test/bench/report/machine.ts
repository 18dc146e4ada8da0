import { spawnSync } from 'node:child_process'
import { cpus, release, totalmem } from 'node:os'

/** What the figures rest on: the machine, and the versions of all that took part. */
export function describeMachine(): Readonly<Record<string, string>> {
  const [cpu] = cpus()
  return {
    processor: `${cpus().length} x ${cpu?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: `Linux ${release()}`,
    node: `${process.version}, OpenSSL ${process.versions.openssl}`,
    nginx: firstLine('nginx', ['-v']),
    HAProxy: firstLine('haproxy', ['-v']),
    Caddy: firstLine('caddy', ['version']),
    ab: firstLine('ab', ['-V']),
  }
}

function firstLine(command: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  return `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n')[0] ?? ''
}
