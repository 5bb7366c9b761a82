/**
 * What `leanvox doctor` finds out: the machine, every backend, which one is chosen and whether it computes correctly.
 *
 * @module
 */
import { arch, availableParallelism, cpus, freemem, platform, totalmem } from 'node:os'

import {
  probeBackends,
  selfCheck,
  startEngine,
  type BackendName,
  type Candidate,
  type CheckResult,
  type EngineReport,
} from '@leanvox/engine'

/** The machine this process runs on; memory in bytes. */
export interface Machine {
  readonly node: string
  readonly platform: string
  readonly processor: string
  readonly cores: number
  readonly memory: number
  readonly freeMemory: number
}

/** The findings. `engine` is absent when the asked-for backend does not start; `failure` says why. */
export interface Diagnosis {
  readonly machine: Machine
  readonly candidates: readonly Candidate[]
  readonly engine?: EngineReport
  readonly failure?: string
  readonly checks: readonly CheckResult[]
  /** True when the backend starts and every check passes. */
  readonly healthy: boolean
}

/** Examines machine and backends. Leaves the chosen backend active. */
export async function diagnose({
  backend = 'auto',
}: { readonly backend?: 'auto' | BackendName } = {}): Promise<Diagnosis> {
  const machine = describeMachine()
  const candidates = await probeBackends()
  try {
    const engine = await startEngine({ backend })
    const checks = selfCheck()
    return { machine, candidates, engine, checks, healthy: checks.every(({ passed }) => passed) }
  } catch (error) {
    return { machine, candidates, failure: (error as Error).message, checks: [], healthy: false }
  }
}

function describeMachine(): Machine {
  return {
    node: process.versions.node,
    platform: `${platform()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    freeMemory: freemem(),
  }
}
