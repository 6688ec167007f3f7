import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { QUOTA_BYTES, sizeOf } from '../disk.ts'
import { fails, operands, optionOf, type Program, type Surroundings, says } from './program.ts'

/** The real place of a file that is there. */
function there({ machine }: Surroundings, path: string): string | undefined {
  const real = machine.inside(path)
  return real !== undefined && existsSync(real) ? real : undefined
}

const missing = (program: string, path: string) => fails(`${program}: cannot access '${path}': No such file or directory`)

/** `df -P -k`: one disk, as large as the quota. With `-i` its inodes. */
export const df: Program = (args, { machine }) => {
  if (args.includes('-i'))
    return says('Filesystem     Inodes  IUsed  IFree IUse% Mounted on\n/dev/vda1       65536   1024  64512    2% /\n')
  const total = QUOTA_BYTES / 1024
  const used = Math.min(total, Math.ceil(machine.usedBytes() / 1024))
  const percent = Math.ceil((100 * used) / total)
  return says(
    `Filesystem     1024-blocks  Used Available Capacity Mounted on\n/dev/vda1      ${total}  ${used}  ${total - used}  ${percent}% /\n`,
  )
}

/** `du -s -k PATH`. */
export const du: Program = (args, surroundings) => {
  const [path = ''] = operands(args)
  const real = there(surroundings, path)
  return real === undefined ? missing('du', path) : says(`${Math.ceil(sizeOf(real) / 1024)}\t${path}\n`)
}

/** `tail -n LINES PATH`. */
export const tail: Program = (args, surroundings) => {
  const path = args.at(-1) ?? ''
  const real = there(surroundings, path)
  if (real === undefined) return missing('tail', path)
  const lines = readFileSync(real, 'utf8').split('\n')
  return says(lines.slice(-Number(optionOf(args, '-n') ?? 10) - 1).join('\n'))
}

/** `diff -u OLD NEW`: one hunk, from the first line that differs to the last. */
export const diff: Program = (args, surroundings) => {
  const [before = '', after = ''] = operands(args)
  const [a, b] = [there(surroundings, before), there(surroundings, after)]
  if (a === undefined || b === undefined) return { ...missing('diff', a === undefined ? before : after), code: 2 }
  const [old, young] = [readFileSync(a, 'utf8').split('\n'), readFileSync(b, 'utf8').split('\n')]
  let start = 0
  while (start < old.length && old[start] === young[start]) start += 1
  if (start === old.length && start === young.length) return says('')
  let end = 0
  while (end < Math.min(old.length, young.length) - start && old.at(-1 - end) === young.at(-1 - end)) end += 1
  const gone = old.slice(start, old.length - end).map((line) => `-${line}`)
  const come = young.slice(start, young.length - end).map((line) => `+${line}`)
  const hunk = `@@ -${start + 1},${gone.length} +${start + 1},${come.length} @@`
  return { code: 1, stdout: [`--- ${before}`, `+++ ${after}`, hunk, ...gone, ...come, ''].join('\n') }
}

/** `cp -p FROM TO`. */
export const cp: Program = (args, surroundings) => {
  const [from = '', to = ''] = operands(args)
  const [real, target] = [there(surroundings, from), surroundings.machine.inside(to)]
  if (real === undefined || target === undefined) return missing('cp', from)
  copyFileSync(real, target)
  return says('')
}

/** `find PATH -xdev -mindepth 1 -delete`: what it is asked for here, and nothing else. */
export const find: Program = (args, surroundings) => {
  const [path = '', ...rest] = args
  const real = there(surroundings, path)
  if (real === undefined) return missing('find', path)
  if (rest.join(' ') !== '-xdev -mindepth 1 -delete') return fails('find: this machine knows -xdev -mindepth 1 -delete')
  for (const name of readdirSync(real)) rmSync(join(real, name), { recursive: true })
  return says('')
}

/** `logrotate --force CONFIGURATION`: its log becomes `LOG.1.gz`, and begins anew. */
export const logrotate: Program = (args, surroundings) => {
  const [path = ''] = operands(args)
  const configuration = there(surroundings, path)
  if (configuration === undefined) return fails(`error: cannot stat ${path}: No such file or directory`)
  const log = /^(\/\S+)\s*\{/m.exec(readFileSync(configuration, 'utf8'))?.[1] ?? ''
  const real = there(surroundings, log)
  if (real === undefined) return fails(`error: stat of ${log} failed: No such file or directory`)
  const compressed = gzipSync(readFileSync(real))
  truncateSync(real)
  writeFileSync(`${real}.1.gz`, compressed)
  return says('')
}
