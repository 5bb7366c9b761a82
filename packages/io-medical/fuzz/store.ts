/**
 * What a fuzzing run keeps on disk: the corpus, the findings, and how far it got. A run that is stopped goes on from there.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from './engine.ts'

/** How far one process got with one target. */
export interface Progress {
  readonly target: string
  readonly executions: number
  readonly cpuSeconds: number
  /** Characters of source that ran. */
  readonly covered: number
  readonly corpus: number
}

/** Inputs kept for a target, in the order of their names. */
export function storedCorpus(folder: string, target: string): Uint8Array[] {
  const path = join(folder, target, 'corpus')
  if (!existsSync(path)) return []
  return readdirSync(path).map((name) => new Uint8Array(readFileSync(join(path, name))))
}

/** Keeps an input under a name made of its content. */
export function keep(folder: string, target: string, input: Uint8Array): void {
  writeFileSync(join(made(folder, target, 'corpus'), `${digest(input)}.bin`), input)
}

/** Keeps a finding: the input, and beside it what was wrong. */
export function report(folder: string, { target, kind, message, input }: Finding): void {
  const name = join(made(folder, target, 'findings'), digest(input))
  writeFileSync(`${name}.bin`, input)
  writeFileSync(`${name}.txt`, `${kind}\n${message}\n`)
}

/** Where the batch that runs now is kept, for when the process dies of it. */
export function inFlightPath(folder: string, target: string): string {
  return join(made(folder, target), 'in-flight.json')
}

export function saveProgress(folder: string, progress: Progress, process: string): void {
  writeFileSync(join(made(folder, progress.target, 'progress'), `${process}.json`), JSON.stringify(progress))
}

/** Sums over all processes that worked on a target. */
export function totalProgress(folder: string, target: string): Progress {
  const path = join(folder, target, 'progress')
  const parts = existsSync(path)
    ? readdirSync(path).map((name) => JSON.parse(readFileSync(join(path, name), 'utf8')) as Progress)
    : []
  const sum = (key: 'executions' | 'cpuSeconds') => parts.reduce((total, part) => total + part[key], 0)
  const most = (key: 'covered' | 'corpus') => Math.max(0, ...parts.map((part) => part[key]))
  return {
    target,
    executions: sum('executions'),
    cpuSeconds: sum('cpuSeconds'),
    covered: most('covered'),
    corpus: most('corpus'),
  }
}

export function findings(folder: string, target: string): string[] {
  const path = join(folder, target, 'findings')
  return existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.txt')) : []
}

function made(...parts: readonly string[]): string {
  const path = join(...parts)
  mkdirSync(path, { recursive: true })
  return path
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}
